using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>Fidelity and diversity by nearest neighbours.</summary>
/// <param name="Precision">Share of the samples inside the reference's manifold.</param>
/// <param name="Recall">Share of the reference inside the samples' manifold.</param>
/// <param name="Density">Mean number of reference balls around a sample, over k; may exceed 1.</param>
/// <param name="Coverage">Share of the reference whose ball holds a sample.</param>
public sealed record NeighbourScores(double Precision, double Recall, double Density, double Coverage);

/// <summary>
/// Precision and recall (Kynkäänniemi et al. 2019): k = 3, a point is inside when its distance to some point is at most
/// that point's distance to its third neighbour. Density and coverage (Naeem et al. 2020): k = 5, strictly less. A
/// point is no neighbour of itself. Euclidean distances in float64, compared as distances from differences are, so that
/// equal distances compare as equal; tiled, so that memory does not grow with the product of the sizes.
/// </summary>
public static class NeighbourMetrics
{
    private const int ManifoldNeighbours = 3;

    /// <summary>k of density and coverage.</summary>
    internal const int BallNeighbours = 5;

    /// <summary>The four figures.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D].</param>
    /// <param name="manifoldNeighbours">k of precision and recall.</param>
    /// <param name="ballNeighbours">k of density and coverage.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), a set has no more rows than k, or
    /// the sets do not fit each other.</exception>
    public static NeighbourScores Between(
        Tensor reference, Tensor samples, int manifoldNeighbours = ManifoldNeighbours, int ballNeighbours = BallNeighbours)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples, atLeast: Math.Max(manifoldNeighbours, ballNeighbours) + 1);
        return new NeighbourPass(new ReferenceBalls(x, manifoldNeighbours, ballNeighbours), new PointSet(y), groups: 1).Scores();
    }

    /// <summary>The four figures, each with a 95% interval given the reference.</summary>
    /// <param name="reference">Features [N, D], N > 5.</param>
    /// <param name="samples">Features [M, D], M > 5.</param>
    /// <param name="seed">Seed of the groups.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <returns><c>precision</c>, <c>recall</c>, <c>density</c> and <c>coverage</c>.</returns>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static IReadOnlyList<MetricValue> Measure(Tensor reference, Tensor samples, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples, atLeast: BallNeighbours + 1);
        return Values(Pass(Balls(x, cancellation), y, seed, cancellation), x.shape[0], seed);
    }

    /// <summary>The four differences between two sets of samples, in the same order.</summary>
    /// <param name="reference">float64 [N, D].</param>
    /// <param name="a">float64 [M, D], M at least <see cref="Jackknife.MinRows"/>.</param>
    /// <param name="b">float64 [K, D], K at least <see cref="Jackknife.MinRows"/>.</param>
    /// <param name="seed">Seed of the groups.</param>
    /// <param name="cancellation">Heard before each tile.</param>
    internal static IReadOnlyList<MetricDifference> Compare(Tensor reference, Tensor a, Tensor b, int seed, CancellationToken cancellation)
    {
        var balls = Balls(reference, cancellation);
        var (passA, passB) = (Pass(balls, a, seed, cancellation), Pass(balls, b, seed, cancellation));
        var (valuesA, valuesB) = (Values(passA, reference.shape[0], seed), Values(passB, reference.shape[0], seed));
        var paired = a.shape[0] == b.shape[0];
        return
        [
            OfRows(0, pass => pass.Inside),
            OfGroups(1, pass => pass.RecallWithout()),
            OfRows(2, pass => pass.Balls),
            OfGroups(3, pass => pass.CoverageWithout()),
        ];

        MetricDifference OfRows(int i, Func<NeighbourPass, Tensor> rows) =>
            MetricDifference.OfIntervals(valuesA[i], valuesB[i], paired ? Correlation.Of(rows(passA), rows(passB)) : 0);

        // Their own intervals are lopsided, and errors of unlike sides would not cancel between sets that are nearly the same.
        MetricDifference OfGroups(int i, Func<NeighbourPass, double[]> without) => MetricDifference.OfJackknives(
            valuesA[i].Name, new Jackknifed(valuesA[i].Value, without(passA), []), new Jackknifed(valuesB[i].Value, without(passB), []), lowerIsBetter: false,
            $"A: {valuesA[i].Protocol}. B: {valuesB[i].Protocol}. Difference: 95% given the reference, delete-a-group jackknife ({Jackknife.Groups} groups), A and B at once");
    }

    private static ReferenceBalls Balls(Tensor reference, CancellationToken cancellation) => new(reference, ManifoldNeighbours, BallNeighbours, cancellation);

    private static NeighbourPass Pass(ReferenceBalls reference, Tensor samples, int seed, CancellationToken cancellation)
    {
        var m = samples.shape[0];
        return new(reference, new PointSet(samples.index_select(0, Jackknife.Order(m, seed))), m < Jackknife.MinRows ? 1 : Jackknife.Groups, cancellation);
    }

    private static MetricValue[] Values(NeighbourPass pass, long n, int seed)
    {
        var (scores, m) = (pass.Scores(), pass.Inside.shape[0]);
        var sizes = string.Create(CultureInfo.InvariantCulture, $"Euclidean, float64; reference {n}, samples {m}");
        var (manifold, ball) = ($"k = {ManifoldNeighbours}, d ≤ radius; {sizes}", $"k = {BallNeighbours}, d < radius; {sizes}");
        return
        [
            Value("precision", scores.Precision, WilsonInterval.Of(scores.Precision, m), m, $"{manifold}; interval 95% given the reference, Wilson"),
            WithJackknife("recall", scores.Recall, pass.RecallWithout, n, m, manifold, seed),
            Value("density", scores.Density, SkewedInterval.OfPositiveMean(pass.Balls), m, $"{ball}; interval 95% given the reference, of a mean, corrected for skewness (Hall 1992)"),
            WithJackknife("coverage", scores.Coverage, pass.CoverageWithout, n, m, ball, seed),
        ];
    }

    private static MetricValue Value(string name, double value, (double Low, double High) interval, long m, string protocol) =>
        new(name, value, interval.Low, interval.High, m, protocol);

    private static MetricValue WithJackknife(string name, double share, Func<double[]> without, long n, long m, string protocol, int seed)
    {
        if (m < Jackknife.MinRows)
            return new(name, share, null, null, m, $"{protocol}; no interval below {Jackknife.MinRows} samples");
        var interval = WilsonInterval.OfVariance(share, Jackknife.Variance(without()), n, Jackknife.Quantile);
        return Value(name, share, interval, m,
            $"{protocol}; interval 95% given the reference, at these sizes, Wilson with the variance of a delete-a-group jackknife ({Jackknife.Groups} groups) over samples, t with {Jackknife.Groups - 1} degrees; seed {seed}");
    }
}
