using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The Fréchet distance at infinitely many samples, FID∞ with Inception's features (Chong and Forsyth 2020): the intercept of
/// the distance against 1/n over ten sizes n. At size M/k, k = 1…10, the distance is the mean over k disjoint parts, so that each
/// row weighs the same at every size and the line is not bent by which rows fell into the small ones. The reference stays
/// whole: what its own size adds remains.
/// </summary>
public static class FrechetExtrapolation
{
    private const int Sizes = 10;
    private const int Splits = 10;

    // Below this many rows per feature in the smallest part the distance is no line in 1/n; see Chong and Forsyth, who start at 5000 for 2048.
    private const int RowsPerFeature = 2;

    // 97.5% quantile of Student's t with as many degrees as splits.
    private const double Quantile = 2.228;

    /// <summary>The intercept.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D], M at least 20 D.</param>
    /// <param name="seed">Seed of the parts.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), the samples are too few for a line, or the sets
    /// do not fit each other.</exception>
    public static double Between(Tensor reference, Tensor samples, int seed)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Check(reference, samples);
        using var moments = FeatureMoments.Of(x);
        return Intercept(moments, y.index_select(0, Jackknife.Order(y.shape[0], seed)));
    }

    /// <summary>The intercept with a 95% interval, given the reference: the whole fit is repeated on both halves of ten random
    /// splits; halves are independent, so a quarter of their squared difference is an estimate of the variance. It takes
    /// 1155 distances.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D], M at least 20 D.</param>
    /// <param name="seed">Seed of the parts and splits.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <returns><c>frechet_distance_infinity</c>.</returns>
    /// <exception cref="BadInputException">A row is not finite (the message names it), the samples are too few for a line, or the sets
    /// do not fit each other.</exception>
    public static MetricValue Measure(Tensor reference, Tensor samples, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = Check(reference, samples);
        var m = y.shape[0];
        using var moments = FeatureMoments.Of(x);
        using var generator = new Generator((ulong)seed);
        var value = Intercept(moments, y.index_select(0, Jackknife.Order(m, seed)), cancellation);
        var squares = Enumerable.Range(0, Splits).Select(_ =>
        {
            using var step = NewDisposeScope();
            var rows = y.index_select(0, randperm(m, generator: generator));
            var difference = Intercept(moments, rows.narrow(0, 0, m / 2), cancellation) - Intercept(moments, rows.narrow(0, m / 2, m - m / 2), cancellation);
            return difference * difference;
        }).ToArray();
        return MetricValue.Around("frechet_distance_infinity", value, Quantile * Math.Sqrt(squares.Average() / 4), m, string.Create(CultureInfo.InvariantCulture,
            $"intercept of the Fréchet distance against 1/n, {Sizes} sizes from {m / Sizes} to {m}, each the mean over disjoint parts, float64; reference {x.shape[0]}, whole; interval 95% given the reference, the fit repeated on the halves of {Splits} random splits, t with {Splits} degrees; seed {seed}"));
    }

    private static (Tensor Reference, Tensor Samples) Check(Tensor reference, Tensor samples)
    {
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        var (m, d) = (y.shape[0], y.shape[1]);
        return m >= Sizes * RowsPerFeature * d && m >= Jackknife.MinRows
            ? (x, y)
            : throw new BadInputException($"samples: {m} rows of {d} features are too few to extrapolate to infinitely many; at least {Math.Max(Sizes * RowsPerFeature * d, Jackknife.MinRows)} are needed");
    }

    /// <summary>Least squares of the mean distance at each size against the mean of 1/n, read at 0.</summary>
    private static double Intercept(FeatureMoments reference, Tensor samples, CancellationToken cancellation = default)
    {
        var points = Enumerable.Range(1, Sizes).Select(parts =>
        {
            var distances = Enumerable.Range(0, parts).Select(part =>
            {
                cancellation.ThrowIfCancellationRequested();
                var (first, count) = Jackknife.Group(part, samples.shape[0], parts);
                using var moments = FeatureMoments.Of(samples.narrow(0, first, count));
                return (X: 1.0 / count, Y: FrechetDistance.Between(reference, moments));
            }).ToArray();
            return (X: distances.Average(point => point.X), Y: distances.Average(point => point.Y));
        }).ToArray();
        var (meanX, meanY) = (points.Average(point => point.X), points.Average(point => point.Y));
        var slope = points.Sum(point => (point.X - meanX) * (point.Y - meanY)) / points.Sum(point => (point.X - meanX) * (point.X - meanX));
        return meanY - slope * meanX;
    }
}
