using GenBench.Core;

namespace GenBench.Data;

/// <summary>Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): articles of clothing in MNIST's format.</summary>
public sealed class FashionMnist : IDatasetDefinition<FashionMnist, IdxOptions>
{
    private static readonly IdxDataset Files = new(
        "fashion-mnist", "https://github.com/zalandoresearch/fashion-mnist/tree/master/data/fashion",
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"])
    {
        TrainImages = new("train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a"),
        TrainLabels = new("train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9"),
        TestImages = new("t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a"),
        TestLabels = new("t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965"),
    };

    private FashionMnist()
    {
    }

    /// <inheritdoc/>
    public static string Name => Files.Name;

    /// <inheritdoc/>
    public static string Description => "articles of clothing, 28x28 gray, ten classes, 60,000 + 10,000 images";

    /// <inheritdoc/>
    public static DataSpec Describe(IdxOptions options) => Files.Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(IdxOptions options, string dataFolder) => Files.Open(options, dataFolder);
}
