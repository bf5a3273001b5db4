using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GenBench.Experiments.Reporting;

/// <summary>What all plots share: colours, axes, logarithmic ticks.</summary>
internal static class PlotStyle
{
    private static readonly ScottPlot.Palettes.Category10 Palette = new();

    /// <summary>An empty plot with its title and axes named.</summary>
    public static Plot New(string title, string x, string y)
    {
        var plot = new Plot();
        // Where the font is missing the system's own is taken; with no font at all the plot is drawn without text.
        plot.Font.Set("DejaVu Sans");
        plot.Title(title, 16);
        plot.XLabel(x, 13);
        plot.YLabel(y, 13);
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        return plot;
    }

    /// <summary>The colour of the i-th series.</summary>
    public static Color Series(int index) => Palette.GetColor(index);

    /// <summary>Makes an axis that holds log₁₀ of its quantity say the quantity itself.</summary>
    public static void Logarithmic(IAxis axis, double low, double high)
    {
        var decades = high - low;
        double[] mantissas = decades > 4 ? [1] : decades > 1.3 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
        var every = (int)Math.Max(1, Math.Ceiling(decades / 10));
        var ticks = new List<Tick>();
        for (var exponent = (int)Math.Floor(low); exponent <= high; exponent++)
            foreach (var mantissa in mantissas)
                if (Math.Log10(mantissa) + exponent is var position && position >= low && position <= high && exponent % every == 0)
                    ticks.Add(new Tick(position, Label(mantissa, exponent)));
        axis.TickGenerator = new NumericManual([.. ticks]);
    }

    private static string Label(double mantissa, int exponent) => exponent is >= -3 and <= 5
        ? ((decimal)mantissa * (decimal)Math.Pow(10, exponent)).ToString("0.######", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{exponent}");
}
