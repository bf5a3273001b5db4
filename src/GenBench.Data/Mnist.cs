using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>MNIST (LeCun, Bottou, Bengio and Haffner 1998): handwritten digits, 60,000 and 10,000 of 28 × 28.</summary>
public sealed class Mnist : IDatasetDefinition<Mnist, IdxOptions>, IPublishedDataset
{
    private static readonly IdxDataset Files = new(
        "mnist", ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
    {
        TrainImages = IdxFile.Published("train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873", "6bbc9ace898e44ae57da46a324031adb", 60_000, 28, 28),
        TrainLabels = IdxFile.Published("train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432", "a25bea736e30d166cdddb491f175f624", 60_000),
        TestImages = IdxFile.Published("t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3", "2646ac647ad5339dbf082846283269ea", 10_000, 28, 28),
        TestLabels = IdxFile.Published("t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c", "27ae3e4e09519cfbb04c329615203637", 10_000),
    };

    private Mnist()
    {
    }

    /// <inheritdoc/>
    public static string Name => Files.Name;

    /// <inheritdoc/>
    public static string Description => "handwritten digits, 28x28 gray, ten classes, 60,000 + 10,000 images";

    /// <inheritdoc/>
    public static Publication Publication => Files.Publication;

    /// <inheritdoc/>
    public static DataSpec Describe(IdxOptions options) => Files.Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(IdxOptions options, string dataFolder) => Files.Open(options, dataFolder);
}
