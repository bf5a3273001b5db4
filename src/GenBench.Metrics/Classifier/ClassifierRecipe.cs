using System.Globalization;

namespace GenBench.Metrics.Classifier;

/// <summary>How the classifier is trained; the defaults made the frozen weights of MNIST and shapes.</summary>
public sealed record ClassifierRecipe
{
    /// <summary>Optimizer steps, whatever the number of images: six passes over MNIST.</summary>
    public int Steps { get; init; } = 2600;

    /// <summary>Images per step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The learning rate at its highest; it rises linearly over the first fifth of the steps and falls linearly to 0.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.02;

    /// <summary>Each image is moved by up to this many pixels both ways, its edge repeated.</summary>
    public int Shift { get; init; } = 2;

    /// <summary>Each image is mirrored left to right with probability ½: for clothes, not for digits.</summary>
    public bool Flip { get; init; }

    /// <summary>What differs from the defaults, as <c>genbench classifier train</c> takes it: <c> --steps 6500 --shift 1</c>.</summary>
    internal string Arguments()
    {
        var defaults = new ClassifierRecipe();
        (string Name, double Value, double Default)[] options =
        [
            ("steps", Steps, defaults.Steps), ("batch-size", BatchSize, defaults.BatchSize), ("learning-rate", LearningRate, defaults.LearningRate),
            ("weight-decay", WeightDecay, defaults.WeightDecay), ("shift", Shift, defaults.Shift),
        ];
        return string.Concat(options.Where(option => option.Value != option.Default)
            .Select(option => string.Create(CultureInfo.InvariantCulture, $" --{option.Name} {option.Value}"))) + (Flip ? " --flip" : "");
    }
}
