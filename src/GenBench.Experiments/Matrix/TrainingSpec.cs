using System.ComponentModel.DataAnnotations;

namespace GenBench.Experiments.Matrix;

/// <summary>How a cell is trained. Exactly one budget is given: steps, images or device-seconds.</summary>
public sealed record TrainingSpec
{
    /// <summary>Budget in steps over all stages: reproducible.</summary>
    [Range(1, long.MaxValue)]
    public long? Steps { get; init; }

    /// <summary>Budget in images seen over all stages.</summary>
    [Range(1, long.MaxValue)]
    public long? Images { get; init; }

    /// <summary>Budget in device-seconds of training steps over all stages: equal cost, not bit-reproducible.</summary>
    [Range(0.001, 1e9)]
    public double? DeviceSeconds { get; init; }

    /// <summary>Images per step.</summary>
    [Range(1, 65536)]
    public int BatchSize { get; init; } = 64;

    /// <summary><c>float32</c>, <c>tf32</c> (CUDA matrix products and convolutions) or <c>bfloat16</c> (CUDA autocast).</summary>
    [AllowedValues("float32", "tf32", "bfloat16")]
    public string Precision { get; init; } = "float32";

    /// <summary>Replaces every objective's learning rate.</summary>
    [Range(1e-9, 10.0)]
    public double? LearningRate { get; init; }

    /// <summary>Steps over which the learning rate rises linearly from 0, at the start of each stage.</summary>
    [Range(0, 10_000_000)]
    public int WarmupSteps { get; init; }

    /// <summary><c>constant</c>, <c>linear</c> or <c>cosine</c> (both to 0 at the stage's end; by the budget's fraction spent).</summary>
    [AllowedValues("constant", "linear", "cosine")]
    public string Decay { get; init; } = "constant";

    /// <summary>Decay of the weights' moving average; 0 keeps none.</summary>
    [Range(0.0, 0.999999)]
    public double Ema { get; init; } = 0.999;

    /// <summary>Largest gradient norm of an objective's parameters; 0 does not clip.</summary>
    [Range(0.0, 1e9)]
    public double ClipNorm { get; init; } = 1;

    /// <summary>Number of snapshots of the averaged weights, at equal fractions of the budget, the last at its end; 0 for none.</summary>
    [Range(0, 1000)]
    public int Snapshots { get; init; }

    /// <summary>Steps between rows of <c>training.csv</c>.</summary>
    [Range(1, 1_000_000)]
    public int LogEvery { get; init; } = 20;

    /// <summary>Seconds between checkpoints.</summary>
    [Range(0.0, 1e6)]
    public double CheckpointSeconds { get; init; } = 120;
}
