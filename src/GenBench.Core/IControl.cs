using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>
/// Makes images of which it is known how their law differs from a dataset's: what a metric says of them tells what the metric
/// sees. A control is no model: it sees the whole dataset and is not trained.
/// </summary>
public interface IControl
{
    /// <summary>Checks that there are such images of a dataset, before any is drawn.</summary>
    /// <exception cref="InvalidOptionException">An option cannot be used with this dataset.</exception>
    /// <exception cref="BadInputException">The dataset has no law to draw from.</exception>
    void Check(Dataset dataset);

    /// <summary>Draws one image for each index of the noise; it depends on the noise of its index alone, so that two settings drawn
    /// with the same noise are paired image by image.</summary>
    /// <param name="dataset">A dataset that <see cref="Check"/> accepts.</param>
    /// <param name="noise">The noise of each image, on the CPU.</param>
    /// <returns>uint8 [B, C, H, W], on the CPU; the caller owns it.</returns>
    Tensor Draw(Dataset dataset, ImageNoise noise);

    /// <summary>What the values of its images are where the dataset's are <paramref name="values"/>; null where that cannot be said so.</summary>
    IndependentValues? Disturb(IndependentValues values);
}

/// <summary>A control that the registry finds by scanning an assembly. Its default options change nothing, and each option is the
/// size of one disturbance.</summary>
/// <typeparam name="TSelf">The control.</typeparam>
/// <typeparam name="TOptions">Its options: a record of numbers whose defaults leave the dataset's law as it is.</typeparam>
public interface IControlDefinition<TSelf, TOptions> : IControl
    where TSelf : IControlDefinition<TSelf, TOptions>
    where TOptions : class, new()
{
    /// <summary>Name in experiment files, e.g. <c>resample</c>.</summary>
    static abstract string Kind { get; }

    /// <summary>One line for <c>genbench list controls</c>.</summary>
    static abstract string Description { get; }

    /// <summary>Raised whenever a change makes the same setting draw other images; part of the key of its figures.</summary>
    static abstract int Version { get; }

    /// <summary>Builds the control.</summary>
    /// <exception cref="InvalidOptionException">The options do not fit each other.</exception>
    static abstract TSelf Create(TOptions options);
}
