using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>Kuzushiji-MNIST (Clanuwat et al. 2018): cursive Japanese characters in MNIST's format.</summary>
public sealed class Kmnist : IDatasetDefinition<Kmnist, IdxOptions>, IPublishedDataset
{
    private static readonly IdxDataset Files = new(
        "kmnist", ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"], ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"])
    {
        TrainImages = IdxFile.Published("train-images-idx3-ubyte.gz", 18_165_135, "bdb82020997e1d708af4cf47b453dcf7", null, 60_000, 28, 28),
        TrainLabels = IdxFile.Published("train-labels-idx1-ubyte.gz", null, "e144d726b3acfaa3e44228e80efcd344", null, 60_000),
        TestImages = IdxFile.Published("t10k-images-idx3-ubyte.gz", null, "5c965bf0a639b31b8f53240b1b52f4d7", null, 10_000, 28, 28),
        TestLabels = IdxFile.Published("t10k-labels-idx1-ubyte.gz", null, "7320c461ea6c1c855c0b718fb2a4b134", null, 10_000),
    };

    private Kmnist()
    {
    }

    /// <inheritdoc/>
    public static string Name => Files.Name;

    /// <inheritdoc/>
    public static string Description => "cursive Japanese characters, 28x28 gray, ten classes, 60,000 + 10,000 images";

    /// <inheritdoc/>
    public static Publication Publication => Files.Publication;

    /// <inheritdoc/>
    public static DataSpec Describe(IdxOptions options) => Files.Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(IdxOptions options, string dataFolder) => Files.Open(options, dataFolder);
}
