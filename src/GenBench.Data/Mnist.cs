using GenBench.Core;

namespace GenBench.Data;

/// <summary>MNIST (LeCun, Bottou, Bengio and Haffner 1998): handwritten digits, 60,000 and 10,000 of 28 × 28.</summary>
public sealed class Mnist : IDatasetDefinition<Mnist, IdxOptions>
{
    private static readonly IdxDataset Files = new(
        "mnist", "https://ossci-datasets.s3.amazonaws.com/mnist/", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
    {
        TrainImages = new("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
        TrainLabels = new("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
        TestImages = new("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
        TestLabels = new("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
    };

    private Mnist()
    {
    }

    /// <inheritdoc/>
    public static string Name => Files.Name;

    /// <inheritdoc/>
    public static string Description => "handwritten digits, 28x28 gray, ten classes, 60,000 + 10,000 images";

    /// <inheritdoc/>
    public static DataSpec Describe(IdxOptions options) => Files.Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(IdxOptions options, string dataFolder) => Files.Open(options, dataFolder);
}
