using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GenBench.Experiments.Results;
using ScottPlot;

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

    /// <summary>Height of both files in pixels.</summary>
    public int OwnHeight { get; init; } = Height;

    /// <summary>Writes both files, the same bytes for the same plot.</summary>
    public void Write(Plot plot, string folder)
    {
        AtomicFile.Write(Path.Combine(folder, Name + ".png"), stream => stream.Write(plot.GetImageBytes(Width, OwnHeight, ImageFormat.Png)));
        AtomicFile.Write(Path.Combine(folder, Name + ".svg"), stream => stream.Write(Encoding.UTF8.GetBytes(Renumbered(plot.GetSvgXml(Width, OwnHeight)))));
    }

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
