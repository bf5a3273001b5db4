using System.Runtime.InteropServices;
using SkiaSharp;

namespace GenBench.Experiments.Results;

/// <summary>Writes PNG files: atomically, the same bytes for the same pixels.</summary>
public static class PngFile
{
    /// <summary>Writes one image.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="image">uint8 [H, W, C], row-major.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">1 for gray, 3 for RGB.</param>
    /// <exception cref="ArgumentException">Sizes are not positive, or the image is not h·w·c bytes.</exception>
    public static void Write(string path, ReadOnlySpan<byte> image, int h, int w, int c)
    {
        if (h < 1 || w < 1 || c is not (1 or 3) || image.Length != (long)h * w * c)
            throw new ArgumentException($"an image of {h}x{w}x{c} cannot be written from {image.Length} bytes");
        var pixels = new uint[checked(h * w)];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = Rgba(image.Slice(i * c, c));
        Write(path, pixels, h, w);
    }

    /// <summary>Writes pixels as <see cref="Rgba"/> makes them, [H, W].</summary>
    internal static void Write(string path, uint[] pixels, int h, int w)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(w, h, SKColorType.Rgba8888, SKAlphaType.Opaque));
        MemoryMarshal.AsBytes(pixels.AsSpan()).CopyTo(bitmap.GetPixelSpan());
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>One opaque pixel of a gray or an RGB value.</summary>
    internal static uint Rgba(ReadOnlySpan<byte> value) =>
        0xFF000000 | (uint)value[^1] << 16 | (uint)value[value.Length / 2] << 8 | value[0];
}
