using System.Globalization;
using GenBench.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The squared maximum mean discrepancy between two sets of vectors (Gretton et al. 2012, eq. 3): the unbiased estimate
/// with the Gaussian kernel k(x, y) = exp(−‖x − y‖²/(2σ²)), in float64 on the CPU. For raw vectors, such as points in the
/// plane; between features of images the kernel distance is the custom.
/// </summary>
public static class MaximumMeanDiscrepancy
{
    private const long MedianRows = 1000;

    /// <summary>The unbiased estimate of MMD², from all pairs; may be negative.</summary>
    /// <param name="reference">Vectors [N, D].</param>
    /// <param name="samples">Vectors [M, D].</param>
    /// <param name="bandwidth">σ, positive; null for <see cref="MedianBandwidth"/> of the reference.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static double Between(Tensor reference, Tensor samples, double? bandwidth = null)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Centred(reference, samples);
        return UnbiasedMmd.Of(x, y, Gaussian(Bandwidth(x, bandwidth)));
    }

    /// <summary>The estimate with a 95% interval of the true MMD² between the two laws, given σ.</summary>
    /// <param name="reference">Vectors [N, D].</param>
    /// <param name="samples">Vectors [M, D].</param>
    /// <param name="seed">Seed of the order of the rows.</param>
    /// <param name="bandwidth">σ, positive; null for <see cref="MedianBandwidth"/> of the reference.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <returns><c>mmd2</c>.</returns>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static MetricValue Measure(Tensor reference, Tensor samples, int seed, double? bandwidth = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Centred(reference, samples);
        var (n, m) = (x.shape[0], y.shape[0]);
        var sigma = Bandwidth(x, bandwidth);
        var protocol = string.Create(CultureInfo.InvariantCulture,
            $"unbiased MMD², kernel exp(−‖x − y‖²/(2σ²)), σ = {sigma:R}{(bandwidth is null ? " (median distance within the reference)" : "")}, float64; reference {n}, samples {m}");
        if (Math.Min(n, m) < Jackknife.MinRows)
            return new("mmd2", UnbiasedMmd.Of(x, y, Gaussian(sigma)), null, null, m, $"{protocol}; no interval below {Jackknife.MinRows} rows");
        var estimate = new MmdEstimate(x.index_select(0, Jackknife.Order(n, seed)), y.index_select(0, Jackknife.Order(m, seed)), Gaussian(sigma), cancellation);
        var (low, high) = estimate.Interval();
        return new("mmd2", estimate.Value, low, high, m,
            $"{protocol}; interval 95% of the true MMD² at this σ, delete-one jackknife over samples and over reference, corrected for skewness (Helmers 1991, Hall 1992); seed {seed}");
    }

    /// <summary>The median distance between rows of the reference, at most 1000 of them evenly spaced: a scale that does not depend
    /// on the samples, so that figures of several sets compare.</summary>
    /// <param name="reference">Vectors [N, D].</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or most rows are equal.</exception>
    public static double MedianBandwidth(Tensor reference)
    {
        using var scope = NewDisposeScope();
        var rows = FeatureMatrix.Check(reference, "reference");
        var n = Math.Min(rows.shape[0], MedianRows);
        rows = rows.index_select(0, arange(n).mul_(rows.shape[0]).div_(n, RoundingMode.floor));
        // Of each row with itself there are n zeros, the smallest; then every pair comes twice.
        var median = DistanceTile.Exact(rows, rows).flatten().sort().Values[n + n * (n - 1) / 2].item<double>();
        return median > 0
            ? median
            : throw new BadInputException("reference: most rows are equal, so their median distance is 0 and gives no bandwidth; state one");
    }

    /// <summary>Both sets shifted to the reference's mean, since the kernel takes its distances from inner products.</summary>
    private static (Tensor Reference, Tensor Samples) Centred(Tensor reference, Tensor samples)
    {
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        var mean = x.mean([0L]);
        return (x - mean, y - mean);
    }

    private static double Bandwidth(Tensor reference, double? bandwidth) => bandwidth switch
    {
        null => MedianBandwidth(reference),
        > 0 and < double.PositiveInfinity => bandwidth.Value,
        _ => throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"bandwidth: must be positive and finite, not {bandwidth}")),
    };

    private static Func<Tensor, Tensor, Tensor> Gaussian(double sigma) => (a, b) =>
    {
        using var scope = NewDisposeScope();
        return cdist(a, b, 2, compute_mode.use_mm_for_euclid_dist).square().mul_(-0.5 / (sigma * sigma)).exp_().MoveToOuterDisposeScope();
    };
}
