using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): articles of clothing in MNIST's format.</summary>
public sealed class FashionMnist : IDatasetDefinition<FashionMnist, IdxOptions>, IPublishedDataset
{
    private static readonly IdxDataset Files = new(
        "fashion-mnist",
        ["https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"])
    {
        TrainImages = IdxFile.Published("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "f4a8712d7a061bf5bd6d2ca38dc4d50a", 60_000, 28, 28),
        TrainLabels = IdxFile.Published("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe", "9018921c3c673c538a1fc5bad174d6f9", 60_000),
        TestImages = IdxFile.Published("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79", "8181f5470baa50b63fa0f6fddb340f0a", 10_000, 28, 28),
        TestLabels = IdxFile.Published("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310", "15d484375f8d13e6eb1aabb0c3f46965", 10_000),
    };

    private FashionMnist()
    {
    }

    /// <inheritdoc/>
    public static string Name => Files.Name;

    /// <inheritdoc/>
    public static string Description => "articles of clothing, 28x28 gray, ten classes, 60,000 + 10,000 images";

    /// <inheritdoc/>
    public static Publication Publication => Files.Publication;

    /// <inheritdoc/>
    public static DataSpec Describe(IdxOptions options) => Files.Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(IdxOptions options, string dataFolder) => Files.Open(options, dataFolder);
}
