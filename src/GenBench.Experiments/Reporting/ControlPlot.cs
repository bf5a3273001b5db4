using System.Globalization;
using GenBench.Experiments.Results;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GenBench.Experiments.Reporting;

/// <summary>
/// What a disturbance does to each metric, one panel a metric. Up the axis goes the difference from the undisturbed figure in half-widths of
/// that figure's interval, linear within it and logarithmic beyond, so that the interval is a band of the same height in every panel; the
/// ticks say the figures themselves.
/// </summary>
internal static class ControlPlot
{
    /// <summary>Panels beside each other.</summary>
    public const int Columns = 4;

    private const int FontSize = 11;

    /// <summary>A panel for each metric that was measured on undisturbed images.</summary>
    public static IReadOnlyList<Plot> Of(Disturbance disturbance) =>
        [.. disturbance.Undisturbed.Metrics.Select(metric => Panel(disturbance, metric, disturbance.Undisturbed[metric]!))];

    private static Plot Panel(Disturbance disturbance, string metric, Figure undisturbed)
    {
        var unit = Unit(undisturbed);
        var plot = PlotStyle.New(metric, disturbance.Name, "");
        plot.Title(metric, FontSize + 2);
        plot.XLabel(disturbance.Name, FontSize);
        var (low, high) = (Height(undisturbed.Low - undisturbed.Value, unit) ?? -1, Height(undisturbed.High - undisturbed.Value, unit) ?? 1);
        plot.Add.VerticalSpan(low, high, Colors.Gray.WithAlpha(.25)).LineWidth = 0;
        plot.Add.HorizontalLine(0, 1, Colors.Gray);

        var heights = new List<double> { 1.5 * low, 1.5 * high };
        foreach (var (index, step) in disturbance.Steps.Index())
            if (step.Setting[metric, ControlKinds.Difference] is { } difference && double.IsFinite(difference.Value))
                heights.AddRange(AddPoint(plot, index + 1, difference, unit, step.Setting.Sees(metric)));
        heights.AddRange(AddKnown(plot, disturbance, metric, unit));

        var margin = (heights.Max() - heights.Min()) * .06;
        plot.Axes.SetLimits(-.5, disturbance.Steps.Count + .5, heights.Min() - margin, heights.Max() + margin);
        plot.Axes.Bottom.TickGenerator = new NumericManual([new Tick(0, Origin(disturbance)), .. disturbance.Steps.Select((step, index) => new Tick(index + 1, step.Text))]);
        plot.Axes.Left.TickGenerator = new NumericManual(Ticks(undisturbed.Value, unit, heights.Min(), heights.Max()));
        return plot;
    }

    private static string Origin(Disturbance disturbance) => disturbance.OfCount ? FigureText.Integer(disturbance.Undisturbed.Control.Samples) : "0";

    /// <summary>Half the width of the interval, or what stands in for it where there is none.</summary>
    private static double Unit(Figure undisturbed) => undisturbed is { Low: { } low, High: { } high } && high > low
        ? (high - low) / 2
        : Math.Max(Math.Abs(undisturbed.Value) * .01, 1e-9);

    private static double? Height(double? difference, double unit) => difference is { } value ? Math.Asinh(value / unit) : null;

    /// <summary>A difference with its interval, filled where the metric sees the disturbance.</summary>
    private static double[] AddPoint(Plot plot, double x, Figure difference, double unit, bool seen)
    {
        var y = Math.Asinh(difference.Value / unit);
        var (low, high) = (Height(difference.Low, unit) ?? y, Height(difference.High, unit) ?? y);
        var color = PlotStyle.Series(0);
        plot.Add.Line(x, low, x, high).Color = color.WithAlpha(.6);
        plot.Add.Marker(x, y, seen ? MarkerShape.FilledCircle : MarkerShape.OpenCircle, 8, color);
        return [y, low, high];
    }

    /// <summary>A dashed line through what the known laws say, where they say it of the undisturbed images and of others.</summary>
    private static double[] AddKnown(Plot plot, Disturbance disturbance, string metric, double unit)
    {
        if (disturbance.Undisturbed.Known(metric) is not { } origin)
            return [];
        var known = disturbance.Steps.Select((step, index) => (X: index + 1.0, Figure: step.Setting.Known(metric))).Where(point => point.Figure is not null)
            .Select(point => (point.X, Y: Math.Asinh((point.Figure!.Value - origin.Value) / unit))).Prepend((X: 0.0, Y: 0.0)).ToArray();
        if (known.Length < 2)
            return [];
        var line = plot.Add.ScatterLine(known.Select(point => point.X).ToArray(), known.Select(point => point.Y).ToArray(), PlotStyle.Series(1));
        line.LinePattern = LinePattern.Dashed;
        line.LineWidth = 1.5f;
        return [.. known.Select(point => point.Y)];
    }

    /// <summary>Ticks at the undisturbed figure and near 1, 10, 100, … half-widths to both sides of it, where the figure is a round one.</summary>
    private static Tick[] Ticks(double origin, double unit, double low, double high) =>
    [
        new(0, Text(origin)),
        .. Enumerable.Range(0, 9).Select(exponent => Math.Pow(10, exponent) * unit).SelectMany(step => new[] { Round(origin - step, step), Round(origin + step, step) })
            .Select(value => (Height: Math.Asinh((value - origin) / unit), Value: value)).Where(tick => tick.Height >= low && tick.Height <= high)
            .Select(tick => new Tick(tick.Height, Text(tick.Value))),
    ];

    /// <summary>The nearest multiple of the greatest power of ten that is no larger than a step.</summary>
    private static double Round(double value, double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return Math.Round(value / power) * power;
    }

    private static string Text(double value) => Math.Abs(value) >= 1000 ? value.ToString("F0", CultureInfo.InvariantCulture)
        : Math.Abs(value) < 1e-12 ? "0"
        : value.ToString("G3", CultureInfo.InvariantCulture);
}
