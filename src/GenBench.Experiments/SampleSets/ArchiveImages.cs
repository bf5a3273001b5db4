using GenBench.Experiments.Results;

namespace GenBench.Experiments.SampleSets;

/// <summary>The images of a <c>.npz</c> with <c>arr_0</c>.</summary>
internal sealed class ArchiveImages(string path, NpzImages images, int? resize) : IImageSource
{
    public string Description { get; } = $"{path} ({images.Count} images {images.Height}x{images.Width}{Resizing.Describe(resize)})";

    public int Count => images.Count;

    public int Height => resize ?? images.Height;

    public int Width => resize ?? images.Width;

    public string ContentKey { get; } = $"npz {Convert.ToHexStringLower(images.Sha256)}{Resizing.Key(resize)}";

    public string NameOf(int index) => $"{path}: image {index}";

    public IEnumerable<ImageArray> Batches(int size) => images.Batches(size).Select(batch => batch.Resized(resize));

    public void Dispose() => images.Dispose();
}
