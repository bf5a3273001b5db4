namespace GenBench.Metrics;

/// <summary>
/// Wilson's 95% interval of a share (Wilson 1927): the shares that a score test would not reject. It stays within [0, 1]
/// and keeps a width where every indicator is 0 or every one is 1.
/// </summary>
public static class WilsonInterval
{
    /// <summary>97.5% quantile of the standard normal law.</summary>
    internal const double NormalQuantile = 1.959963984540054;

    /// <summary>The interval of a share of independent indicators.</summary>
    /// <param name="share">The share seen, in [0, 1].</param>
    /// <param name="count">Number of indicators, positive.</param>
    public static (double Low, double High) Of(double share, double count) => Of(share, count, NormalQuantile);

    /// <summary>The interval of a share whose indicators depend on each other: that of as many independent ones as
    /// would give the share this variance (Franco et al. 2019), though of no more than <paramref name="most"/>.</summary>
    /// <param name="share">The share seen, in [0, 1].</param>
    /// <param name="variance">An estimate of the share's variance.</param>
    /// <param name="most">Number of indicators, if the share can be no surer than that of so many independent ones.</param>
    /// <param name="quantile">Of the law of the studentised share.</param>
    internal static (double Low, double High) OfVariance(double share, double variance, double most, double quantile)
    {
        // At 0 and 1 themselves share·(1 − share) would say that there is nothing to know: the interval's centre stands in.
        var centre = Centre(share, most, quantile);
        return Of(share, Math.Min(most, centre * (1 - centre) / variance), quantile);
    }

    private static (double Low, double High) Of(double share, double count, double quantile)
    {
        var z2 = quantile * quantile;
        var centre = Centre(share, count, quantile);
        var half = quantile / (1 + z2 / count) * Math.Sqrt(share * (1 - share) / count + z2 / (4 * count * count));
        return (Math.Clamp(centre - half, 0, share), Math.Clamp(centre + half, share, 1));
    }

    private static double Centre(double share, double count, double quantile)
    {
        var z2 = quantile * quantile;
        return (share + z2 / (2 * count)) / (1 + z2 / count);
    }
}
