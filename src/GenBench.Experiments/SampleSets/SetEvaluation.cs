using GenBench.Metrics;

namespace GenBench.Experiments.SampleSets;

/// <summary>What <c>genbench evaluate</c> is asked.</summary>
public sealed record SetEvaluationRequest
{
    /// <summary>The samples: a path, or <c>dataset:NAME[:train|:test]</c>.</summary>
    public required string Samples { get; init; }

    /// <summary>What they are compared with: a path, or <c>dataset:NAME[:train|:test]</c>.</summary>
    public required string Reference { get; init; }

    /// <summary><c>inception</c>, the name of a frozen classifier, or the path of a TorchScript module; null for the
    /// classifier of the reference's dataset.</summary>
    public string? Features { get; init; }

    /// <summary>The metrics wanted, in the order of the result; null for all that the two sets allow.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Side that images of both sets are resized to, or null.</summary>
    public int? Resize { get; init; }

    /// <summary>Where to write mean and covariance of the samples' features, or null.</summary>
    public string? SaveStatistics { get; init; }

    /// <summary>Folder of the datasets and of the Inception file.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folder of computed features and of locally trained classifiers.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Bytes that computed features may take there; 0 keeps none.</summary>
    public long CacheBytes { get; init; } = 2L << 30;
}

/// <summary>The extractor that figures were computed with.</summary>
/// <param name="Name">What it is, e.g. <c>classifier mnist-1x28x28</c>.</param>
/// <param name="Checksum">Hex SHA-256 of its file.</param>
/// <param name="Preprocessing">What is done to images before it.</param>
public sealed record SetFeatures(string Name, string Checksum, string Preprocessing);

/// <summary>The figures of an evaluation of sample sets.</summary>
/// <param name="Samples">What the samples are.</param>
/// <param name="Reference">What they were compared with.</param>
/// <param name="Features">The extractor, or null where features were given.</param>
/// <param name="Metrics">The figures, each with its interval and its protocol.</param>
public sealed record SetEvaluationResult(string Samples, string Reference, SetFeatures? Features, IReadOnlyList<MetricValue> Metrics);
