using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>Options of <see cref="Cifar100"/>.</summary>
public sealed record Cifar100Options : ImageSetOptions
{
    /// <summary><c>fine</c>, 100 classes, or <c>coarse</c>, 20 superclasses of five.</summary>
    [AllowedValues("fine", "coarse")]
    public string Labels { get; init; } = "fine";
}

/// <summary>CIFAR-100 (Krizhevsky 2009): photographs of a hundred classes, 50,000 and 10,000 of 32 × 32 in colour.</summary>
public sealed class Cifar100 : IDatasetDefinition<Cifar100, Cifar100Options>, IPublishedDataset
{
    private static readonly string[] Coarse =
    [
        "aquatic_mammals", "fish", "flowers", "food_containers", "fruit_and_vegetables", "household_electrical_devices",
        "household_furniture", "insects", "large_carnivores", "large_man-made_outdoor_things", "large_natural_outdoor_scenes",
        "large_omnivores_and_herbivores", "medium_mammals", "non-insect_invertebrates", "people", "reptiles", "small_mammals",
        "trees", "vehicles_1", "vehicles_2",
    ];

    private static readonly string[] Fine =
    [
        "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle", "bowl", "boy", "bridge",
        "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle", "chair", "chimpanzee", "clock", "cloud",
        "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox", "girl",
        "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man",
        "maple_tree", "motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree",
        "pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray",
        "road", "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
        "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
        "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
    ];

    private Cifar100()
    {
    }

    /// <inheritdoc/>
    public static string Name => "cifar100";

    /// <inheritdoc/>
    public static string Description => "photographs, 32x32 rgb, a hundred classes in twenty superclasses, 50,000 + 10,000 images";

    /// <inheritdoc/>
    public static Publication Publication => Files(new Cifar100Options()).Publication;

    /// <inheritdoc/>
    public static DataSpec Describe(Cifar100Options options) => Files(options).Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(Cifar100Options options, string dataFolder) => Files(options).Open(options, dataFolder);

    /// <summary>A record is the coarse label, the fine label and the pixels.</summary>
    private static CifarDataset Files(Cifar100Options options) => new(
        Name, PublishedFile.Archive("cifar-100-binary.tar.gz", 168_513_733, "03b5dce01913d631647c71ecec9e9cb8"), "cifar-100-binary",
        [new("train.bin", 50_000)], new("test.bin", 10_000))
    {
        Labels = options.Labels == "coarse" ? new(2, 0, Coarse, Coarse.Length) : new(2, 1, Fine, Coarse.Length),
    };
}
