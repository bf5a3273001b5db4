using System.Globalization;
using GenBench.Experiments.Results;
using SkiaSharp;

namespace GenBench.Tests.SampleSets;

/// <summary>Writes image files as other programs do.</summary>
internal static class PngFolder
{
    /// <summary>One PNG an image, <c>00000.png</c> and on; gray ones as gray files.</summary>
    internal static string Write(string folder, ImageArray images)
    {
        Directory.CreateDirectory(folder);
        var size = images.Height * images.Width * images.Channels;
        for (var i = 0; i < images.Count; i++)
            WriteFile(Path.Combine(folder, $"{i.ToString("00000", CultureInfo.InvariantCulture)}.png"), images.Pixels.AsSpan(i * size, size), images.Height, images.Width, images.Channels);
        return folder;
    }

    /// <summary>One file of one or three channels.</summary>
    internal static void WriteFile(string path, ReadOnlySpan<byte> pixels, int height, int width, int channels, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan();
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var from = pixels.Slice((y * width + x) * channels, channels);
                var to = target[(y * bitmap.RowBytes + x * bitmap.BytesPerPixel)..];
                from.CopyTo(to);
                if (channels == 3)
                    to[3] = byte.MaxValue;
            }
        using var encoded = bitmap.Encode(format, 90);
        using var file = File.Create(path);
        encoded.SaveTo(file);
    }
}
