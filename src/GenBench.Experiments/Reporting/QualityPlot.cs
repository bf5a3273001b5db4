using ScottPlot;

namespace GenBench.Experiments.Reporting;

/// <summary>A distance (the smaller the better) against what a sample costs; a labelled point per row at the table's n, a line through a model's settings.</summary>
internal static class QualityPlot
{
    private const int FontSize = 11;

    private sealed record Point(ResultRow Row, double X, double Y, double Low, double High)
    {
        public string Label => Row.Sampler.Length > 0 ? Row.Sampler : Row.Model;
    }

    /// <summary>Quality against seconds per image at the throughput batch; null where no row has both.</summary>
    public static (PlotFile File, Plot Plot)? AgainstTime(DatasetResults dataset, string metric) => Draw(dataset, metric, "time",
        row => 1 / row.Mean(MetricNames.SpeedPrefix + FigureText.Integer(row.ThroughputBatch)), "sampling time at the throughput batch, seconds per image");

    /// <summary>Quality against network evaluations per image; null where no row has both.</summary>
    public static (PlotFile File, Plot Plot)? AgainstNfe(DatasetResults dataset, string metric) => Draw(dataset, metric, "nfe",
        row => row.Mean("nfe"), "network evaluations per image (NFE)");

    private static (PlotFile File, Plot Plot)? Draw(DatasetResults dataset, string metric, string name, Func<ResultRow, double> cost, string costLabel)
    {
        var points = dataset.Rows.Where(row => row.N == dataset.ReferenceN).Select(row => At(row, metric, cost(row)))
            .Where(point => double.IsFinite(point.X) && point.X > 0 && double.IsFinite(point.Y)).ToArray();
        if (points.Length == 0)
            return null;
        var floors = dataset.Baselines.Where(row => row.Model == "real-train" && row.N == dataset.ReferenceN && double.IsFinite(row.Mean(metric))).Select(row => row.Mean(metric)).Take(1).ToArray();
        var heights = points.SelectMany(point => new[] { point.Y, point.Low, point.High }).Concat(floors).ToArray();
        var logarithmic = heights.Min() > 0 && heights.Max() / heights.Min() > 10;
        double Height(double value) => logarithmic ? Math.Log10(value) : value;

        var n = FigureText.Integer(dataset.ReferenceN);
        var plot = PlotStyle.New($"{dataset.Name}: {metric} against {(name == "nfe" ? "NFE" : "sampling time")}, n = {n}", costLabel, $"{metric} (smaller is better)");
        foreach (var (index, model) in points.GroupBy(point => (point.Row.Experiment, point.Row.Model)).Index())
            AddModel(plot, [.. model.OrderBy(point => point.X)], PlotStyle.Series(index), Height);
        foreach (var floor in floors)
        {
            var line = plot.Add.HorizontalLine(Height(floor), 1.5f, Colors.Gray, LinePattern.Dashed);
            line.LegendText = "real-train (floor)";
        }
        var x = Padded(points.Select(point => Math.Log10(point.X)), .12, least: .3);
        var y = Padded(heights.Select(Height), .08, least: logarithmic ? .1 : Math.Abs(heights.Max()) * .05 + 1e-9);
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        PlotStyle.Logarithmic(plot.Axes.Bottom, x.Low, x.High);
        if (logarithmic)
            PlotStyle.Logarithmic(plot.Axes.Left, y.Low, y.High);
        plot.ShowLegend(Edge.Right);
        AddLabels(plot, [.. points.Select(point => (point.Label, new Coordinates(Math.Log10(point.X), Height(point.Y))))]);
        return (new PlotFile($"{metric} against {costLabel}", $"{PlotFile.Slug(dataset.Name)}-{PlotFile.Slug(metric)}-{name}"), plot);
    }

    private static Point At(ResultRow row, string metric, double x)
    {
        var figures = row[metric];
        var (mean, deviation) = figures.Count == 0 ? (double.NaN, 0) : FigureText.MeanAndDeviation([.. figures.Select(figure => figure.Value)]);
        return figures is [{ Low: { } low, High: { } high }] && double.IsFinite(low + high)
            ? new Point(row, x, mean, low, high)
            : new Point(row, x, mean, mean - deviation, mean + deviation);
    }

    private static void AddModel(Plot plot, IReadOnlyList<Point> points, Color color, Func<double, double> height)
    {
        foreach (var point in points)
            plot.Add.Line(Math.Log10(point.X), height(point.Low), Math.Log10(point.X), height(point.High)).Color = color.WithAlpha(.6);
        var line = plot.Add.Scatter(points.Select(point => Math.Log10(point.X)).ToArray(), points.Select(point => height(point.Y)).ToArray(), color);
        line.LineWidth = 1;
        line.MarkerSize = 8;
        line.LegendText = points[0].Row.Model;
    }

    private static (double Low, double High) Padded(IEnumerable<double> values, double share, double least)
    {
        var all = values.ToArray();
        var margin = Math.Max((all.Max() - all.Min()) * share, least);
        return (all.Min() - margin, all.Max() + margin);
    }

    private static void AddLabels(Plot plot, IReadOnlyList<(string Text, Coordinates At)> labels)
    {
        plot.RenderInMemory(PlotFile.Width, PlotFile.Height); // gives the axes their sizes in pixels
        var area = plot.RenderManager.LastRender.DataRect;
        var places = LabelPlacement.Place([.. labels.Select(label => (label.Text, plot.GetPixel(label.At)))], area, FontSize);
        foreach (var (label, (x, y)) in labels.Zip(places))
        {
            var text = plot.Add.Text(label.Text, label.At);
            text.LabelFontSize = FontSize;
            text.LabelAlignment = Alignment.MiddleCenter;
            text.OffsetX = x;
            text.OffsetY = y;
        }
    }
}
