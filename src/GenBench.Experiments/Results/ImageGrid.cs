namespace GenBench.Experiments.Results;

/// <summary>Draws images side by side into one PNG, pixels enlarged by a whole factor and never smoothed.</summary>
public static class ImageGrid
{
    private const int Gap = 2;
    private const uint Background = 0xFFFFFFFF;

    /// <summary>Writes a grid, filled row by row; atomically, the same bytes for the same images.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="images">uint8 [N, H, W, C], row-major.</param>
    /// <param name="n">Number of images, at least 1.</param>
    /// <param name="h">Height of an image.</param>
    /// <param name="w">Width of an image.</param>
    /// <param name="c">1 for gray, 3 for RGB.</param>
    /// <param name="columns">Images in a row.</param>
    /// <param name="scale">Screen pixels per image pixel along a side.</param>
    /// <exception cref="ArgumentException">Sizes are not positive, or the images are not n·h·w·c bytes.</exception>
    public static void Write(string path, ReadOnlySpan<byte> images, int n, int h, int w, int c, int columns, int scale)
    {
        if (n < 1 || h < 1 || w < 1 || c is not (1 or 3) || columns < 1 || scale < 1 || images.Length != (long)n * h * w * c)
            throw new ArgumentException($"a grid of {n}x{h}x{w}x{c} images in {columns} columns at scale {scale} cannot be drawn from {images.Length} bytes");
        var across = Math.Min(columns, n);
        var down = (n + across - 1) / across;
        var (width, height) = checked((across * (w * scale + Gap) + Gap, down * (h * scale + Gap) + Gap));
        var pixels = new uint[checked(width * height)];
        Array.Fill(pixels, Background);
        for (var image = 0; image < n; image++)
        {
            var corner = (Gap + image / across * (h * scale + Gap)) * width + Gap + image % across * (w * scale + Gap);
            Draw(pixels.AsSpan(corner), width, images.Slice(image * h * w * c, h * w * c), w, c, scale);
        }
        PngFile.Write(path, pixels, height, width);
    }

    private static void Draw(Span<uint> target, int stride, ReadOnlySpan<byte> image, int w, int c, int scale)
    {
        for (var row = 0; row < image.Length / (w * c) * scale; row++)
            for (var column = 0; column < w * scale; column++)
                target[row * stride + column] = PngFile.Rgba(image.Slice((row / scale * w + column / scale) * c, c));
    }
}
