using GenBench.Metrics;

namespace GenBench.Experiments.SampleSets;

/// <summary>What <c>genbench evaluate</c> is asked.</summary>
public sealed record SetEvaluationRequest : SetRequest
{
    /// <summary>The samples: a path, or <c>dataset:NAME[:train|:test]</c>.</summary>
    public required string Samples { get; init; }

    /// <summary>What they are compared with: a path, or <c>dataset:NAME[:train|:test]</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>Where to write mean and covariance of the samples' features, or null.</summary>
    public string? SaveStatistics { get; init; }
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
