using System.Globalization;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>A kernel distance over random subsets.</summary>
/// <param name="Mean">Mean of the unbiased MMD² over the subsets; may be negative and is never clipped.</param>
/// <param name="Std">Standard deviation over the subsets (ddof 0): how much one subset strays, not the mean's error; null for one subset.</param>
/// <param name="Subsets">Number of subsets.</param>
/// <param name="ReferenceSize">Rows of the reference in each subset.</param>
/// <param name="SampleSize">Rows of the samples in each subset.</param>
public sealed record KernelDistanceValue(double Mean, double? Std, int Subsets, long ReferenceSize, long SampleSize);

/// <summary>
/// The kernel distance between two sets of features (Bińkowski et al. 2018): the unbiased estimate of MMD² with the
/// kernel k(x, y) = (x·y/D + 1)³, in float64 on the CPU. With Inception's features it is the KID.
/// </summary>
public static class KernelDistance
{
    private const int Subsets = 100;
    private const int SubsetSize = 1000;

    // The interval's kernel sums grow with the square of the rows; of more rows than this a random part is enough.
    internal const long MaxIntervalRows = 10_000;

    /// <summary>Mean and spread over 100 random subsets of 1000 rows from each set, drawn without replacement; where a set
    /// has fewer than 1000 rows, all rows of both, once.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D].</param>
    /// <param name="seed">Seed of the subsets.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="Core.BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static KernelDistanceValue Between(Tensor reference, Tensor samples, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        var (n, m) = (x.shape[0], y.shape[0]);
        if (Math.Min(n, m) < SubsetSize)
            return new(UnbiasedMmd.Of(x, y, Kernel), null, 1, n, m);
        using var generator = new Generator((ulong)seed);
        var values = new double[Subsets];
        for (var i = 0; i < Subsets; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            values[i] = UnbiasedMmd.Of(Subset(x, generator), Subset(y, generator), Kernel);
        }
        var mean = values.Average();
        return new(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), Subsets, SubsetSize, SubsetSize);
    }

    /// <summary>The kernel distance with a 95% interval of the true MMD² between the two laws.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D].</param>
    /// <param name="seed">Seed of the subsets and of the order of the rows.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="Core.BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static MetricValue Measure(Tensor reference, Tensor samples, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        var (n, m) = (x.shape[0], y.shape[0]);
        var value = Between(x, y, seed, cancellation);
        var how = value.Std is { } std
            ? string.Create(CultureInfo.InvariantCulture, $"mean of {value.Subsets} subsets of {SubsetSize}, std over subsets {std:0.###e+0}")
            : "all rows once";
        var protocol = string.Create(CultureInfo.InvariantCulture, $"unbiased MMD², kernel (x·y/D + 1)³, float64, {how}; reference {n}, samples {m}; seed {seed}");
        if (Math.Min(n, m) < Jackknife.MinRows)
            return new("kernel_distance", value.Mean, null, null, m, $"{protocol}; no interval below {Jackknife.MinRows} rows");
        var estimate = Whole(x, y, seed, cancellation);
        // The subsets are drawn independently of each other, so their mean strays from that of all subsets by std²/count.
        var (low, high) = estimate.Interval(value.Std * value.Std / value.Subsets ?? 0);
        var part = Math.Max(n, m) > MaxIntervalRows ? $" from {MaxIntervalRows} rows of each (hence conservative)" : "";
        return new("kernel_distance", value.Mean, value.Mean + low - estimate.Value, value.Mean + high - estimate.Value, m,
            $"{protocol}; interval 95% of the true MMD²{part}, delete-one jackknife over samples and over reference, corrected for skewness (Helmers 1991, Hall 1992)");
    }

    /// <summary>The MMD² of the whole sets, at most 10,000 rows of each.</summary>
    internal static MmdEstimate Whole(Tensor reference, Tensor samples, int seed, CancellationToken cancellation) =>
        new(Part(reference, seed), Part(samples, seed), Kernel, cancellation);

    /// <summary>k(a_i, b_j), float64 [A, B].</summary>
    internal static Tensor Kernel(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var inner = a.mm(b.t()).div_(a.shape[1]).add_(1);
        return inner.square().mul_(inner).MoveToOuterDisposeScope();
    }

    private static Tensor Subset(Tensor rows, Generator generator) =>
        rows.index_select(0, randperm(rows.shape[0], generator: generator).narrow(0, 0, SubsetSize));

    private static Tensor Part(Tensor rows, int seed) =>
        rows.index_select(0, Jackknife.Order(rows.shape[0], seed).narrow(0, 0, Math.Min(rows.shape[0], MaxIntervalRows)));
}
