using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>A figure of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Value">The figure of the rows with this label.</param>
public sealed record ClassFigure(long Label, MetricValue Value);

/// <summary>A figure for each class and the mean over the classes.</summary>
/// <param name="Classes">In rising order of the labels.</param>
/// <param name="Mean">The unweighted mean; its interval, where every class has one, takes the classes as independent.</param>
public sealed record PerClassFigure(IReadOnlyList<ClassFigure> Classes, MetricValue Mean);

/// <summary>Any metric class by class: of the Fréchet distance the mean is the intra-FID (Miyato and Koyama 2018).</summary>
public static class PerClass
{
    /// <summary>Measures the samples of each class against the reference of the same class.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="referenceLabels">int64 [N].</param>
    /// <param name="samples">Features [M, D].</param>
    /// <param name="sampleLabels">int64 [M].</param>
    /// <param name="measure">The metrics of one class, from its reference [n, D] and its samples [m, D], e.g.
    /// <c>(x, y) => [FrechetDistance.Measure(x, y, seed)]</c>.</param>
    /// <param name="atLeast">Fewest rows that a class must have in each set.</param>
    /// <returns>One entry for each metric, in the order of <paramref name="measure"/>.</returns>
    /// <exception cref="BadInputException">A class has too few rows (the message names it), or labels and rows do not fit each other.</exception>
    public static IReadOnlyList<PerClassFigure> Measure(
        Tensor reference, Tensor referenceLabels, Tensor samples, Tensor sampleLabels,
        Func<Tensor, Tensor, IReadOnlyList<MetricValue>> measure, int atLeast = Jackknife.MinRows)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        var (rowsX, rowsY) = (RowsOf(referenceLabels, x, "reference"), RowsOf(sampleLabels, y, "samples"));
        var labels = rowsX.Keys.Union(rowsY.Keys).Order().ToArray();
        foreach (var label in labels)
        {
            var (n, m) = (rowsX.GetValueOrDefault(label)?.Length ?? 0, rowsY.GetValueOrDefault(label)?.Length ?? 0);
            if (Math.Min(n, m) < atLeast)
                throw new BadInputException($"class {label}: {n} rows of the reference and {m} samples; a figure for each class needs at least {atLeast} of both");
        }
        var figures = labels.Select(label =>
        {
            using var step = NewDisposeScope();
            return measure(x.index_select(0, tensor(rowsX[label])), y.index_select(0, tensor(rowsY[label])));
        }).ToArray();
        return [.. Enumerable.Range(0, figures[0].Count).Select(i =>
        {
            ClassFigure[] classes = [.. labels.Zip(figures, (label, values) => new ClassFigure(label, values[i]))];
            return new PerClassFigure(classes, Mean([.. classes.Select(figure => figure.Value)]));
        })];
    }

    /// <summary>The mean; the distances of its interval's ends are those of the classes', which share no row, squared and added
    /// (Zou and Donner 2008).</summary>
    private static MetricValue Mean(MetricValue[] values)
    {
        var mean = values.Average(value => value.Value);
        double? End(double sign, Func<MetricValue, double?> end) => values.All(value => end(value) is not null)
            ? mean + sign * Math.Sqrt(values.Sum(value => Math.Pow(end(value)!.Value - value.Value, 2))) / values.Length
            : null;
        return new(values[0].Name, mean, End(-1, value => value.Low), End(1, value => value.High), values.Sum(value => value.N),
            $"mean over {values.Length} classes, their intervals joined as independent; of the first class: {values[0].Protocol}");
    }

    private static Dictionary<long, long[]> RowsOf(Tensor labels, Tensor rows, string what)
    {
        if (labels.dtype != ScalarType.Int64 || !labels.shape.AsSpan().SequenceEqual([rows.shape[0]]))
            throw new BadInputException($"{what}: labels are int64 [{rows.shape[0]}], one for each row, not {labels.dtype} [{string.Join(", ", labels.shape)}]");
        return labels.cpu().data<long>().ToArray()
            .Select((label, row) => (label, row: (long)row))
            .GroupBy(pair => pair.label, pair => pair.row)
            .ToDictionary(group => group.Key, group => group.ToArray());
    }
}
