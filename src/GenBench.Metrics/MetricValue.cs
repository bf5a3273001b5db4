namespace GenBench.Metrics;

/// <summary>A figure together with all that is needed to read it.</summary>
/// <param name="Name">Name without the extractor, e.g. <c>frechet_distance</c>; whoever knows the extractor gives the final one.</param>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower end of the interval, or null where there is none.</param>
/// <param name="High">Upper end of the interval, or null where there is none.</param>
/// <param name="N">Number of samples behind the figure.</param>
/// <param name="Protocol">The definition's parameters, the sizes and seeds, and what the interval is.</param>
public sealed record MetricValue(string Name, double Value, double? Low, double? High, long N, string Protocol)
{
    /// <summary>A figure with a symmetric interval, or none where <paramref name="halfWidth"/> is null.</summary>
    internal static MetricValue Around(string name, double value, double? halfWidth, long n, string protocol) =>
        new(name, value, value - halfWidth, value + halfWidth, n, protocol);

    /// <summary>The same figure, its interval cut to [0, 1].</summary>
    internal MetricValue WithinUnit() => this with
    {
        Low = Low is { } low ? Math.Max(0, low) : null,
        High = High is { } high ? Math.Min(1, high) : null,
    };
}
