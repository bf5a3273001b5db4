using ScottPlot;

namespace GenBench.Experiments.Reporting;

/// <summary>Puts a label near each point so that labels cover neither points nor one another where room can be found.</summary>
internal static class LabelPlacement
{
    private const float PointRadius = 6;

    /// <summary>Offsets in pixels from each point to the middle of its label; greedy, in the order given.</summary>
    public static IReadOnlyList<(float X, float Y)> Place(IReadOnlyList<(string Text, Pixel At)> labels, PixelRect area, int fontSize)
    {
        var taken = labels.Select(label => Box(label.At.X, label.At.Y, 2 * PointRadius, 2 * PointRadius)).ToList();
        var offsets = new List<(float X, float Y)>();
        foreach (var (text, at) in labels)
        {
            // A width good enough for any sans-serif font, so that the places do not depend on which is installed.
            var (width, height) = (text.Length * fontSize * .58f, fontSize * 1.3f);
            var best = Candidates(width, height).MinBy(offset => Overlap(Box(at.X + offset.X, at.Y + offset.Y, width, height), taken, area));
            taken.Add(Box(at.X + best.X, at.Y + best.Y, width, height));
            offsets.Add(best);
        }
        return offsets;
    }

    private static IEnumerable<(float X, float Y)> Candidates(float width, float height)
    {
        for (var ring = 0; ring < 4; ring++)
        {
            var (sideways, upward) = (width / 2 + PointRadius + 2, height / 2 + PointRadius + 1 + ring * height);
            yield return (sideways, -ring * height - height / 2 - 2); // clear of a line that falls to the right
            yield return (0, -upward);
            yield return (0, upward);
            yield return (sideways, ring * height);
            yield return (-sideways, ring * height);
            yield return (sideways, -upward);
            yield return (-sideways, -upward);
        }
    }

    private static float Overlap((float Left, float Top, float Right, float Bottom) box, List<(float Left, float Top, float Right, float Bottom)> taken, PixelRect area)
    {
        var outside = Math.Max(0, area.Left - box.Left) + Math.Max(0, box.Right - area.Right) + Math.Max(0, area.Top - box.Top) + Math.Max(0, box.Bottom - area.Bottom);
        return outside * 100 + taken.Sum(other =>
            Math.Max(0, Math.Min(box.Right, other.Right) - Math.Max(box.Left, other.Left)) * Math.Max(0, Math.Min(box.Bottom, other.Bottom) - Math.Max(box.Top, other.Top)));
    }

    private static (float Left, float Top, float Right, float Bottom) Box(float x, float y, float width, float height) =>
        (x - width / 2, y - height / 2, x + width / 2, y + height / 2);
}
