namespace GenBench.Metrics;

/// <summary>A figure, and what it is without each group of the samples and without each group of the reference (none of
/// these where it is a figure given the reference).</summary>
internal sealed record Jackknifed(double Value, double[] WithoutSamples, double[] WithoutReference)
{
    /// <summary>The sets are independent of each other, so the variances add.</summary>
    internal double Variance => Jackknife.Variance(WithoutSamples) + Jackknife.Variance(WithoutReference);

    /// <summary>Half the width of the 95% interval.</summary>
    internal double HalfWidth => Jackknife.Quantile * Math.Sqrt(Variance);

    /// <summary>The difference of two figures, each group left out of both at once: what the sets share moves both, and
    /// is not counted as error of the difference.</summary>
    internal Jackknifed Minus(Jackknifed other) => new(
        Value - other.Value,
        [.. WithoutSamples.Zip(other.WithoutSamples, (a, b) => a - b)],
        [.. WithoutReference.Zip(other.WithoutReference, (a, b) => a - b)]);
}
