using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>Options of <see cref="Cifar10"/>.</summary>
public sealed record CifarOptions : ImageSetOptions;

/// <summary>CIFAR-10 (Krizhevsky 2009): photographs of ten classes, 50,000 and 10,000 of 32 × 32 in colour.</summary>
public sealed class Cifar10 : IDatasetDefinition<Cifar10, CifarOptions>, IPublishedDataset
{
    internal static readonly CifarLabels Labels = new(
        1, 0, ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], FirstByteBelow: 10);

    private static readonly CifarDataset Files = new(
        "cifar10", PublishedFile.Archive("cifar-10-binary.tar.gz", 170_052_171, "c32a1d4ab5d03f1284b67883e8d87530"), "cifar-10-batches-bin",
        [.. Enumerable.Range(1, 5).Select(i => new CifarFile($"data_batch_{i}.bin", 10_000))], new("test_batch.bin", 10_000))
    {
        Labels = Labels,
    };

    private Cifar10()
    {
    }

    /// <inheritdoc/>
    public static string Name => Files.Name;

    /// <inheritdoc/>
    public static string Description => "photographs, 32x32 rgb, ten classes, 50,000 + 10,000 images";

    /// <inheritdoc/>
    public static Publication Publication => Files.Publication;

    /// <inheritdoc/>
    public static DataSpec Describe(CifarOptions options) => Files.Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(CifarOptions options, string dataFolder) => Files.Open(options, dataFolder);
}
