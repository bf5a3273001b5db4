using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The Inception score (Salimans et al. 2016): exp of the mean of KL(p(y|x) ‖ p(y)), p(y) the mean of p(y|x) within the
/// split; between 1 and K. In float64, rows in a seeded random order, 10 splits, mean and standard deviation with ddof 0.
/// </summary>
public static class InceptionScore
{
    private const int Splits = 10;
    private const double Tolerance = 1e-3;

    /// <summary>The score from class probabilities.</summary>
    /// <param name="probabilities">[N, K], rows that sum to 1.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <exception cref="BadInputException">A row is not finite or no probability law, or there are fewer rows than splits.</exception>
    public static MetricValue FromProbabilities(Tensor probabilities, int seed)
    {
        using var scope = NewDisposeScope();
        var p = FeatureMatrix.Check(probabilities, "class probabilities", Splits);
        var bad = p.lt(0).any(1).logical_or_(p.sum(1).sub_(1).abs_().gt(Tolerance));
        if (bad.any().item<bool>())
            throw new BadInputException($"class probabilities: row {bad.to(ScalarType.Byte).argmax().item<long>()} is negative or does not sum to 1; are these logits?");
        var n = p.shape[0];
        using var generator = new Generator((ulong)seed);
        var ordered = p.index_select(0, randperm(n, generator: generator));
        var scores = Enumerable.Range(0, Splits).Select(i => OfSplit(ordered[(int)(i * n / Splits)..(int)((i + 1) * n / Splits)])).ToArray();
        var mean = scores.Average();
        var std = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        return MetricValue.Around("inception_score", mean, std, n, string.Create(CultureInfo.InvariantCulture,
            $"float64, {p.shape[1]} classes, mean of {Splits} splits of a random order, samples {n}; interval ± one standard deviation over the splits (ddof 0), no confidence interval; seed {seed}"));
    }

    private static double OfSplit(Tensor p)
    {
        using var scope = NewDisposeScope();
        var marginal = p.mean([0L], keepdim: true);
        // x log y is 0 where x is 0: a class that no image has adds nothing.
        return (p.xlogy(p) - p.xlogy(marginal)).sum(1).mean().exp().item<double>();
    }
}
