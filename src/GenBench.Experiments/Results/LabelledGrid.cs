using SkiaSharp;

namespace GenBench.Experiments.Results;

/// <summary>One row of a labelled grid.</summary>
/// <param name="Label">What stands before the images.</param>
/// <param name="Images">uint8 [N, H, W, C], row-major.</param>
/// <param name="Count">Number of images N.</param>
public sealed record LabelledRow(string Label, byte[] Images, int Count);

/// <summary>Draws rows of images with a label before each into one PNG. Where the system has no font, there are no labels.</summary>
public static class LabelledGrid
{
    private const int Gap = 2;
    private const int LongestLabel = 24;

    /// <summary>Writes the grid; atomically.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="rows">The rows, at least one.</param>
    /// <param name="h">Height of an image.</param>
    /// <param name="w">Width of an image.</param>
    /// <param name="c">1 for gray, 3 for RGB.</param>
    /// <param name="scale">Screen pixels per image pixel along a side.</param>
    public static void Write(string path, IReadOnlyList<LabelledRow> rows, int h, int w, int c, int scale)
    {
        using var font = new SKFont(SKTypeface.Default, Math.Clamp(h * scale / 2, 10, 18)) { Edging = SKFontEdging.Antialias };
        using var ink = new SKPaint { Color = SKColors.Black };
        var labels = rows.Select(row => row.Label.Length <= LongestLabel ? row.Label : row.Label[..(LongestLabel - 1)] + "…").ToArray();
        var margin = (int)Math.Ceiling(labels.Max(label => font.MeasureText(label))) + 4 * Gap;
        var (across, down) = (w * scale + Gap, h * scale + Gap);
        using var bitmap = new SKBitmap(new SKImageInfo(margin + rows.Max(row => row.Count) * across, rows.Count * down + Gap, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        foreach (var (line, row) in rows.Index())
        {
            var top = Gap + line * down;
            canvas.DrawText(labels[line], 2 * Gap, top + h * scale / 2f + font.Size * 0.35f, font, ink);
            for (var image = 0; image < row.Count; image++)
            {
                using var picture = Picture(row.Images.AsSpan(image * h * w * c, h * w * c), h, w, c);
                var left = margin + image * across;
                canvas.DrawImage(picture, new SKRect(left, top, left + w * scale, top + h * scale), new SKSamplingOptions(SKFilterMode.Nearest));
            }
        }
        canvas.Flush();
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    private static SKImage Picture(ReadOnlySpan<byte> image, int h, int w, int c)
    {
        var pixels = new byte[4 * h * w];
        for (var i = 0; i < h * w; i++)
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) = (image[c * i], image[c * i + c / 2], image[c * i + c - 1], 255);
        return SKImage.FromPixelCopy(new SKImageInfo(w, h, SKColorType.Rgba8888, SKAlphaType.Opaque), pixels);
    }
}
