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
/// point is no neighbour of itself. Euclidean distances in float64 from differences, not from inner products, so that
/// equal distances compare as equal; tiled, so that memory does not grow with the product of the sizes.
/// </summary>
public static class NeighbourMetrics
{
    private const int ManifoldNeighbours = 3;
    private const int BallNeighbours = 5;
    private const int Resamples = 1000;

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
        return new NeighbourPass(x, y, manifoldNeighbours, ballNeighbours, groups: 1).Scores();
    }

    /// <summary>The four figures, each with a 95% interval given the reference.</summary>
    /// <param name="reference">Features [N, D], N > 5.</param>
    /// <param name="samples">Features [M, D], M > 5.</param>
    /// <param name="seed">Seed of the groups and of the resampling.</param>
    /// <returns><c>precision</c>, <c>recall</c>, <c>density</c> and <c>coverage</c>.</returns>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static IReadOnlyList<MetricValue> Measure(Tensor reference, Tensor samples, int seed)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples, atLeast: BallNeighbours + 1);
        var (n, m) = (x.shape[0], y.shape[0]);
        var enough = m >= Jackknife.MinRows;
        var pass = new NeighbourPass(x, y.index_select(0, Jackknife.Order(m, seed)), ManifoldNeighbours, BallNeighbours, enough ? Jackknife.Groups : 1);
        var scores = pass.Scores();
        var sizes = string.Create(CultureInfo.InvariantCulture, $"Euclidean, float64; reference {n}, samples {m}");
        var resampled = $"{sizes}; interval 95% given the reference, percentiles of {Resamples} resamplings of the samples' own figures; seed {seed}";
        var jackknifed = enough
            ? $"{sizes}; interval 95% given the reference, at these sizes, delete-a-group jackknife ({Jackknife.Groups} groups) over samples, t with {Jackknife.Groups - 1} degrees; seed {seed}"
            : $"{sizes}; no interval below {Jackknife.MinRows} samples";
        var (manifold, ball) = ($"k = {ManifoldNeighbours}, d ≤ radius; ", $"k = {BallNeighbours}, d < radius; ");
        return
        [
            Resampled("precision", scores.Precision, pass.Inside, manifold + resampled, seed),
            MetricValue.Around("recall", scores.Recall, enough ? HalfWidth(pass.RecallWithout) : null, m, manifold + jackknifed).WithinUnit(),
            Resampled("density", scores.Density, pass.Balls, ball + resampled, seed),
            MetricValue.Around("coverage", scores.Coverage, enough ? HalfWidth(pass.CoverageWithout) : null, m, ball + jackknifed).WithinUnit(),
        ];
    }

    private static double HalfWidth(Func<int, double> without) =>
        Jackknife.Quantile * Math.Sqrt(Jackknife.Variance([.. Enumerable.Range(0, Jackknife.Groups).Select(without)]));

    /// <summary>The figure is a mean over samples that are independent given the reference: resampling their own values is right.</summary>
    private static MetricValue Resampled(string name, double value, Tensor perSample, string protocol, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var n = perSample.shape[0];
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            using var step = NewDisposeScope();
            means[i] = perSample.index_select(0, randint(n, [n], generator: generator)).mean().item<double>();
        }
        Array.Sort(means);
        return new(name, value, means[Resamples / 40], means[Resamples - 1 - Resamples / 40], n, protocol);
    }
}
