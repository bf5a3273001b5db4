using GenBench.Core;

namespace GenBench.Metrics.Classifier;

/// <summary>The classifiers whose weights are part of the suite, so that figures compare across machines and years.</summary>
public static class FrozenClassifiers
{
    private const string Prefix = "Classifier.Weights.";

    /// <summary>The frozen classifier of a dataset at an image shape, or null where there is none. The caller owns it.</summary>
    public static ClassifierExtractor? Find(string dataset, ImageShape shape)
    {
        using var stream = typeof(FrozenClassifiers).Assembly.GetManifestResourceStream(Prefix + FileName(dataset, shape));
        return stream is null ? null : ClassifierExtractor.Load(stream);
    }

    /// <summary>File names of all frozen weights, in ordinal order.</summary>
    public static IReadOnlyList<string> List() =>
    [
        .. typeof(FrozenClassifiers).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal),
    ];

    /// <summary>What a dataset's weights file is called: <c>mnist-1x28x28.safetensors</c>.</summary>
    public static string FileName(string dataset, ImageShape shape) => $"{dataset}-{shape}.safetensors";
}
