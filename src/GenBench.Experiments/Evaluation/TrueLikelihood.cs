using GenBench.Experiments.Results;

namespace GenBench.Experiments.Evaluation;

/// <summary>
/// What stands beside a likelihood where the law is known that the images were drawn from: <c>truth</c>, the mean of −ln p over the same images, which is
/// the least that any model can reach in expectation, and <c>gap</c>, the mean difference per image. The expectation of the gap is a relative entropy, and
/// no less where the figure is a bound: below 0 by more than chance, the figure is wrong.
/// </summary>
internal static class TrueLikelihood
{
    private const double StandardErrors = 4;
    private const int FewestImages = 30;          // to know a standard error by
    private const double RelativeRounding = 1e-5; // of figures that were computed in float32

    /// <summary>Rows <c>truth</c>, one for each unit, and <c>gap</c>, one for each kind.</summary>
    /// <param name="values">The model's figures of each image, by kind and unit.</param>
    /// <param name="nats">−ln p of the same images.</param>
    /// <param name="dimensions">D of an image.</param>
    /// <param name="row">A row of a metric, a kind and a unit, over figures of images.</param>
    /// <exception cref="ImpossibleLikelihoodException">A figure is better than the truth by more than four standard errors.</exception>
    internal static IEnumerable<MetricRow> Rows(
        IReadOnlyDictionary<(string Kind, string Unit), List<double>> values, IReadOnlyList<double> nats, int dimensions,
        Func<string, string, string, IReadOnlyList<double>, MetricRow> row)
    {
        foreach (var unit in values.GroupBy(pair => pair.Key.Unit))
        {
            double[] truth = [.. nats.Select(value => unit.Key == "bits/dim" ? value / (dimensions * Math.Log(2)) : value)];
            yield return Note(row("truth", "", unit.Key, truth), "under the law that the images were drawn from");
            foreach (var ((kind, _), figures) in unit)
            {
                double[] differences = [.. figures.Zip(truth, (figure, least) => figure - least)];
                var gap = row("gap", kind, unit.Key, differences);
                ThrowIfImpossible(gap, truth.Average());
                yield return Note(gap, "the model's figure less the truth, image by image");
            }
        }
    }

    /// <exception cref="ImpossibleLikelihoodException">The gap is below 0 by more than chance.</exception>
    internal static void ThrowIfImpossible(MetricRow gap, double truth)
    {
        if (gap.N < FewestImages || gap.High is not { } high)
            return;
        var error = (high - gap.Value) / LikelihoodEvaluator.Z95;
        if (gap.Value < -StandardErrors * error - RelativeRounding * Math.Abs(truth))
            throw new ImpossibleLikelihoodException(gap.Kind, gap.Unit, gap.Value, error);
    }

    private static MetricRow Note(MetricRow row, string what) => row with { Protocol = $"{what}; {row.Protocol}" };
}
