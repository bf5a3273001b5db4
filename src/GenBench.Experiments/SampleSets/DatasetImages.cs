using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.SampleSets;

/// <summary>A split of a dataset.</summary>
/// <param name="dataset">The dataset, whose owner this is.</param>
/// <param name="split"><c>train</c> or <c>test</c>.</param>
/// <param name="resize">Side to resize to, or null.</param>
internal sealed class DatasetImages(Dataset dataset, string split, int? resize) : IImageSource
{
    private readonly ImageSplit images = split == "train" ? dataset.Train : dataset.Test;

    /// <summary>The dataset that they are of.</summary>
    internal Dataset Dataset => dataset;

    public string Description => $"dataset:{dataset.Name}:{split} ({dataset.Describe($"{Count} images {dataset.Spec.Shape.Height}x{dataset.Spec.Shape.Width}")}{Resizing.Describe(resize)})";

    public int Count => (int)images.Count;

    public int Height => resize ?? dataset.Spec.Shape.Height;

    public int Width => resize ?? dataset.Spec.Shape.Width;

    public string ContentKey => $"dataset {dataset.Checksum} {split}{Resizing.Key(resize)}";

    public string NameOf(int index) => $"dataset:{dataset.Name}:{split}: image {index}";

    public IEnumerable<ImageArray> Batches(int size)
    {
        for (var first = 0; first < Count; first += size)
        {
            ImageArray batch;
            using (var slice = images.Images.narrow(0, first, Math.Min(size, Count - first)))
                batch = ImageArray.Of(slice);
            yield return batch.Resized(resize);
        }
    }

    public void Dispose() => dataset.Dispose();
}
