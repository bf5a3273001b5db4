using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>A split of a dataset, on the CPU.</summary>
/// <param name="Images">uint8 [N, C, H, W]; float32 where the values are <see cref="DataValues.Reals"/>.</param>
/// <param name="Labels">int64 [N], or null where there are none.</param>
public sealed record ImageSplit(Tensor Images, Tensor? Labels) : IDisposable
{
    /// <summary>Number of images N.</summary>
    public long Count { get; } = Images.shape[0];

    /// <summary>Whether the images are pages of a file that may be larger than memory: who needs them on a device
    /// gathers a batch first and brings that.</summary>
    public bool Mapped { get; init; }

    /// <summary>A copy of images [first, first + count).</summary>
    public ImageSplit Slice(long first, long count) =>
        new(Images.narrow(0, first, count).clone().DetachFromDisposeScope(),
            Labels?.narrow(0, first, count).clone().DetachFromDisposeScope());

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels?.Dispose();
    }
}

/// <summary>An opened dataset. Training never sees validation or test.</summary>
/// <param name="Name">Its name in experiment files.</param>
/// <param name="Spec">Shape and class count.</param>
/// <param name="Train">The images to train on.</param>
/// <param name="Validation">Held out of the published training split.</param>
/// <param name="Test">The published test split.</param>
/// <param name="ClassNames">A name per class; empty where there are no labels.</param>
/// <param name="Checksum">Hex SHA-256 over the pixels and labels of all splits: part of the training key.</param>
public sealed record Dataset(
    string Name, DataSpec Spec, ImageSplit Train, ImageSplit Validation, ImageSplit Test,
    IReadOnlyList<string> ClassNames, string Checksum) : IDisposable
{
    /// <summary>What a figure measured on these images must say besides the dataset's name: how they were resized, that
    /// they are a part, that their files could not be verified. Empty where they are the published ones as published.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>ln p(x) under the law that the images are drawn from, where it is known, else null: images as the splits hold
    /// them, [B, C, H, W], to float64 [B], which the caller owns. A probability for <see cref="DataValues.Bytes"/>, a density for
    /// <see cref="DataValues.Reals"/>; −∞ where the law has nothing.</summary>
    public Func<Tensor, Tensor>? LogProbability { get; init; }

    /// <summary>The law that the images were drawn from, where there are always fresh ones of it; null where there are only these.</summary>
    public DataLaw? Law { get; init; }

    /// <summary>Words for some of its images, with the protocol where there is one, e.g. <c>test (10000) of gray (Rec. 601)</c>.</summary>
    public string Describe(string images) => Protocol.Length > 0 ? $"{images} of {Protocol}" : images;

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
        Test.Dispose();
    }
}

/// <summary>A dataset that the registry finds by scanning an assembly.</summary>
/// <typeparam name="TSelf">The definition.</typeparam>
/// <typeparam name="TOptions">Its options: a record whose defaults work.</typeparam>
public interface IDatasetDefinition<TSelf, TOptions>
    where TSelf : IDatasetDefinition<TSelf, TOptions>
    where TOptions : class, new()
{
    /// <summary>Name in experiment files, e.g. <c>mnist</c>.</summary>
    static abstract string Name { get; }

    /// <summary>One line for <c>genbench list datasets</c>.</summary>
    static abstract string Description { get; }

    /// <summary>Shape and classes under these options, without touching a file.</summary>
    /// <exception cref="InvalidOptionException">The options cannot be used.</exception>
    static abstract DataSpec Describe(TOptions options);

    /// <summary>Reads or makes the images.</summary>
    /// <param name="options">The options.</param>
    /// <param name="dataFolder">The folder that <c>--data</c> names.</param>
    /// <exception cref="BadInputException">A file is missing, short or wrong; the message names it and what to do.</exception>
    static abstract Dataset Open(TOptions options, string dataFolder);

    /// <summary>As the other, telling how far it is; for datasets that take long to open.</summary>
    /// <param name="options">The options.</param>
    /// <param name="dataFolder">The folder that <c>--data</c> names.</param>
    /// <param name="progress">Told how far it is, or null.</param>
    /// <exception cref="BadInputException">A file is missing, short or wrong; the message names it and what to do.</exception>
    static virtual Dataset Open(TOptions options, string dataFolder, IProgress<DataProgress>? progress) => TSelf.Open(options, dataFolder);
}
