using GenBench.Experiments.Results;
using ScottPlot;

namespace GenBench.Experiments.Reporting;

/// <summary>Training losses against device-seconds: one plot for each kind of model, since losses of different kinds cannot be compared.</summary>
internal static class TrainingPlot
{
    private const int MostPoints = 300;
    private const string Suffix = "/loss";

    private sealed record Curve(string Name, double[] Seconds, double[] Values);

    /// <summary>The plots of a dataset, by model kind.</summary>
    public static IEnumerable<(PlotFile File, Plot Plot)> Of(DatasetResults dataset)
    {
        foreach (var kind in dataset.Runs.GroupBy(run => run.Cell.Specification.Model.Kind))
        {
            var curves = kind.SelectMany(run => Curves(run.Label, run.Cell)).ToArray();
            if (curves.Length > 0)
                yield return (new PlotFile($"training of {kind.Key}", $"{PlotFile.Slug(dataset.Name)}-training-{PlotFile.Slug(kind.Key)}"), Draw(dataset.Name, kind.Key, curves));
        }
    }

    private static IEnumerable<Curve> Curves(string label, CellResult cell)
    {
        if (!File.Exists(cell.Folder.TrainingCsv))
            return [];
        return ResultsTree.ReadCsv<TrainingRow>(cell.Folder.TrainingCsv)
            .Where(row => row.Name.EndsWith(Suffix, StringComparison.Ordinal) && double.IsFinite(row.Value))
            .GroupBy(row => (row.Stage, row.Name))
            .Select(curve => Thinned($"{label}: {curve.Key.Name[..^Suffix.Length]}", [.. curve]));
    }

    private static Curve Thinned(string name, TrainingRow[] rows)
    {
        var bins = rows.Chunk((rows.Length + MostPoints - 1) / MostPoints).ToArray();
        return new Curve(name, [.. bins.Select(bin => bin.Average(row => row.DeviceSeconds))], [.. bins.Select(bin => bin.Average(row => row.Value))]);
    }

    private static Plot Draw(string dataset, string kind, Curve[] curves)
    {
        var values = curves.SelectMany(curve => curve.Values).Order().ToArray();
        var (low, high) = (values[values.Length / 200], values[values.Length - 1 - values.Length / 50]); // the first steps would flatten all others
        var logarithmic = values[0] > 0 && high / low > 20;
        var plot = PlotStyle.New($"{dataset}: training of {kind}", "device-seconds", logarithmic ? "loss (logarithmic)" : "loss");
        foreach (var (index, series) in curves.GroupBy(curve => curve.Name).Index())
            foreach (var (seed, curve) in series.Index())
            {
                var line = plot.Add.ScatterLine(curve.Seconds, logarithmic ? [.. curve.Values.Select(Math.Log10)] : curve.Values, PlotStyle.Series(index));
                line.LineWidth = 1.2f;
                if (seed == 0)
                    line.LegendText = series.Key;
            }
        var (bottom, top) = logarithmic ? (Math.Log10(low), Math.Log10(high)) : (low, high);
        var margin = Math.Max((top - bottom) * .08, 1e-6);
        plot.Axes.SetLimits(0, Math.Max(curves.Max(curve => curve.Seconds[^1]), 1e-3) * 1.02, bottom - margin, top + margin);
        if (logarithmic)
            PlotStyle.Logarithmic(plot.Axes.Left, bottom - margin, top + margin);
        plot.ShowLegend(Edge.Right);
        return plot;
    }
}
