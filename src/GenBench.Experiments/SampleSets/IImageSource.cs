using GenBench.Experiments.Results;

namespace GenBench.Experiments.SampleSets;

/// <summary>Images of one size that are read batch by batch, so that they need never be in memory together.</summary>
internal interface IImageSource : IDisposable
{
    /// <summary>What they are, for protocols, e.g. <c>out/ (10000 images 28x28)</c>.</summary>
    string Description { get; }

    /// <summary>Number of images, at least 1.</summary>
    int Count { get; }

    /// <summary>Height in pixels.</summary>
    int Height { get; }

    /// <summary>Width in pixels.</summary>
    int Width { get; }

    /// <summary>Equal only where pixels and order are.</summary>
    string ContentKey { get; }

    /// <summary>What to call an image in a message.</summary>
    string NameOf(int index);

    /// <summary>All images in their order, at most <paramref name="size"/> at a time.</summary>
    IEnumerable<ImageArray> Batches(int size);
}
