using System.ComponentModel.DataAnnotations;

namespace GenBench.Experiments.Matrix;

/// <summary>What is measured of a trained cell.</summary>
public sealed record EvaluationSpec
{
    /// <summary>Images drawn per sampler setting; a sampler entry may ask for its own number.</summary>
    [Range(10, 10_000_000)]
    public int Samples { get; init; } = 2000;

    /// <summary>The split that samples are compared with: <c>test</c>, <c>validation</c> or <c>train</c>.</summary>
    [AllowedValues("test", "validation", "train")]
    public string Reference { get; init; } = "test";

    /// <summary>Names of quality metrics, e.g. <c>fid_clf</c>; see <c>genbench list metrics</c>. Without them those of a classifier for
    /// images, those of vectors for reals.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = ["fid_clf", "kid_clf", "is_clf", "precision", "recall"];

    /// <summary>Seed of the samples, the same for all cells.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Images drawn in one network call; part of the evaluation key.</summary>
    [Range(1, 65536)]
    public int BatchSize { get; init; } = 250;

    /// <summary><c>best</c>: of a model that keeps <c>training.snapshots</c>, evaluate the best one beside the last, chosen by
    /// <c>fid_clf</c> (of reals <c>sliced_wasserstein</c>) against the validation split on samples of its own, under the first sampler
    /// setting.</summary>
    [AllowedValues("none", "best")]
    public string Snapshots { get; init; } = "none";

    /// <summary>Likelihood, where the model has one; null measures none.</summary>
    public LikelihoodSpec? Likelihood { get; init; }

    /// <summary>Sampling cost; null measures none.</summary>
    public CostSpec? Cost { get; init; }
}

/// <summary>How likelihood is measured.</summary>
public sealed record LikelihoodSpec
{
    /// <summary>Test images, the first ones of the split.</summary>
    [Range(1, 10_000_000)]
    public int Images { get; init; } = 1000;

    /// <summary>K of the importance-weighted bound.</summary>
    [Range(1, 100_000)]
    public int ImportanceSamples { get; init; } = 128;

    /// <summary>Timesteps per image of a diffusion bound, stratified; all where it is at least T.</summary>
    [Range(1, 100_000)]
    public int Timesteps { get; init; } = 1000;
}

/// <summary>How sampling cost is measured.</summary>
public sealed record CostSpec
{
    /// <summary>Batch sizes to time: 1 for latency, a large one for throughput.</summary>
    [Range(1, 65536)]
    public IReadOnlyList<int> BatchSizes { get; init; } = [1, 256];

    /// <summary>Timed repeats per batch size, after one warm-up.</summary>
    [Range(1, 1000)]
    public int Repeats { get; init; } = 3;
}
