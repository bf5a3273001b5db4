namespace GenBench.Experiments.SampleSets;

/// <summary>What <c>genbench compare</c> is asked.</summary>
public sealed record SetComparisonRequest : SetRequest
{
    /// <summary>Two sets of samples or more: paths, or <c>dataset:NAME[:train|:test]</c>.</summary>
    public required IReadOnlyList<string> Samples { get; init; }

    /// <summary>What they are measured against; null for the test images of the dataset that the first set's cell was trained on.</summary>
    public string? Reference { get; init; }
}

/// <summary>The difference of one figure between two sets.</summary>
/// <param name="Metric">The figure's full name, e.g. <c>fid_clf</c>.</param>
/// <param name="First">Number of one set, from 1: A of the protocol.</param>
/// <param name="Second">Number of the other set: B of the protocol.</param>
/// <param name="ValueOfFirst">The figure of the first.</param>
/// <param name="ValueOfSecond">The figure of the second.</param>
/// <param name="Low">Lower end of the 95% interval of first − second.</param>
/// <param name="High">Upper end of the 95% interval of first − second.</param>
/// <param name="Better">Number of the better set, or null where the interval holds 0.</param>
/// <param name="Protocol">The definition's parameters, the sizes and seeds, and what the interval is.</param>
public sealed record SetDifference(
    string Metric, int First, int Second, double ValueOfFirst, double ValueOfSecond, double Low, double High, int? Better, string Protocol)
{
    /// <summary>First − second.</summary>
    public double Difference => ValueOfFirst - ValueOfSecond;
}

/// <summary>The figures of a comparison.</summary>
/// <param name="Sets">What the sets are, in the order of their numbers.</param>
/// <param name="Reference">What they were measured against.</param>
/// <param name="Features">The extractor, or null where features were given.</param>
/// <param name="Differences">Every figure of every two sets.</param>
public sealed record SetComparisonResult(IReadOnlyList<string> Sets, string Reference, SetFeatures? Features, IReadOnlyList<SetDifference> Differences);
