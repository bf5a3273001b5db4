using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GenBench.Experiments.Results;
using ScottPlot;
using SkiaSharp;

namespace GenBench.Experiments.Reporting;

/// <summary>A plot that the report shows.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Name">Its file in the report's <c>plots/</c>, without the extension: there is a .png and a .svg.</param>
internal sealed partial record PlotFile(string Caption, string Name)
{
    /// <summary>Width of both files in pixels.</summary>
    public const int Width = 960;

    /// <summary>Usual height of both files in pixels.</summary>
    public const int Height = 560;

    private const int PanelWidth = 320, PanelHeight = 280;

    /// <summary>Height of both files in pixels.</summary>
    public int OwnHeight { get; init; } = Height;

    /// <summary>Writes both files, the same bytes for the same plot.</summary>
    public void Write(Plot plot, string folder)
    {
        AtomicFile.Write(Path.Combine(folder, Name + ".png"), stream => stream.Write(plot.GetImageBytes(Width, OwnHeight, ImageFormat.Png)));
        WriteSvg(plot.GetSvgXml(Width, OwnHeight), folder);
    }

    /// <summary>Writes both files with several plots beside each other, the same bytes for the same plots.</summary>
    public void Write(IReadOnlyList<Plot> panels, int columns, string folder)
    {
        columns = Math.Min(columns, panels.Count);
        var rows = (panels.Count + columns - 1) / columns;
        var (width, height) = (columns * PanelWidth, rows * PanelHeight);
        var multiplot = new Multiplot(panels[0]) { Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns) };
        foreach (var panel in panels.Skip(1))
            multiplot.AddPlot(panel);
        AtomicFile.Write(Path.Combine(folder, Name + ".png"), stream => stream.Write(multiplot.Render(width, height).GetImageBytes(ImageFormat.Png)));

        using var svg = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), svg))
            multiplot.Render(canvas, new PixelRect(0, width, height, 0));
        WriteSvg(Encoding.UTF8.GetString(svg.ToArray()), folder);
    }

    private void WriteSvg(string xml, string folder) =>
        AtomicFile.Write(Path.Combine(folder, Name + ".svg"), stream => stream.Write(Encoding.UTF8.GetBytes(Renumbered(xml))));

    /// <summary>A name that every file system takes: letters, digits, dots, underscores and dashes.</summary>
    public static string Slug(string text)
    {
        var slug = string.Concat(text.Select(symbol => char.IsAsciiLetterOrDigit(symbol) || symbol is '.' or '_' ? symbol : '-'));
        return string.Join('-', slug.Split('-', StringSplitOptions.RemoveEmptyEntries));
    }

    // Skia numbers the ids of a drawing on through the whole process; here they count from 1 in every file.
    private static string Renumbered(string svg)
    {
        var numbers = new Dictionary<string, string>();
        return Ids().Replace(svg, match =>
        {
            if (!numbers.TryGetValue(match.Value, out var number))
                numbers.Add(match.Value, number = "s" + (numbers.Count + 1).ToString(CultureInfo.InvariantCulture));
            return number;
        });
    }

    [GeneratedRegex("(?<=<[^>]*(id=\"|url\\(#|href=\"#))[a-z]+_[0-9a-f]+(?=[\")])", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();
}
