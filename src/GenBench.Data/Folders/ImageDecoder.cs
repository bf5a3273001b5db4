using System.Buffers;
using GenBench.Core;
using SkiaSharp;

namespace GenBench.Data.Folders;

/// <summary>
/// Decodes PNG, JPEG and WebP files into squares: turned as EXIF says, the middle square cut out, laid over white where
/// transparent, 16 bits cut to 8, colours as stored (no profile is applied), gray by Rec. 601 luma, then resized.
/// </summary>
internal sealed class ImageDecoder(ImageShape shape, string filter)
{
    /// <summary>Pixels that an image may have at all, and by how much they may outnumber its bytes: deflate holds 1032
    /// bytes in one, each of eight pixels at most. A header that claims more lies, or is not worth the memory.</summary>
    private const long MostPixels = 1L << 26;

    private const long FreePixels = 1 << 20;
    private const long PixelsPerByte = 8 * 1032;

    private readonly ImageResampler resampler = new(shape.Height, filter);

    /// <summary>Decodes a file into [C, H, W].</summary>
    /// <exception cref="BadInputException">It is no such image, cut short, damaged or too large; the message names it.</exception>
    internal void Decode(string path, Span<byte> target)
    {
        using var data = Read(path);
        using var codec = SKCodec.Create(data) ?? throw new BadInputException($"{path}: is no PNG, JPEG or WebP image, or its header is damaged");
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp))
            throw new BadInputException($"{path}: is a {codec.EncodedFormat} image; convert it to PNG, JPEG or WebP");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > Math.Min(MostPixels, FreePixels + PixelsPerByte * data.Size))
            throw new BadInputException($"{path}: claims {width}x{height} pixels in {data.Size} bytes, more than is decoded (at most {MostPixels} pixels, and {PixelsPerByte} in a byte)");
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new BadInputException($"{path}: {(result == SKCodecResult.IncompleteInput ? "is cut short" : $"cannot be decoded ({result})")}");
        Fill(bitmap.GetPixelSpan(), Orientation.Of(codec.EncodedOrigin, width, height), target);
    }

    private static SKData Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length > 0 ? SKData.CreateCopy(bytes) : throw new BadInputException($"{path}: is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Cuts the middle square out of an upright image, plane by plane, and resizes it.</summary>
    private void Fill(ReadOnlySpan<byte> rgba, Orientation upright, Span<byte> target)
    {
        var side = Math.Min(upright.Width, upright.Height);
        var (left, top) = ((upright.Width - side) / 2, (upright.Height - side) / 2);
        var planes = ArrayPool<byte>.Shared.Rent(shape.Channels * side * side);
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var pixel = rgba.Slice(4 * upright.Index(left + x, top + y), 4);
                var (red, green, blue) = (OverWhite(pixel[0], pixel[3]), OverWhite(pixel[1], pixel[3]), OverWhite(pixel[2], pixel[3]));
                var place = y * side + x;
                if (shape.Channels == 1)
                    planes[place] = ImageTransform.Luma(red, green, blue);
                else
                    (planes[place], planes[side * side + place], planes[2 * side * side + place]) = ((byte)red, (byte)green, (byte)blue);
            }
        var size = shape.Height * shape.Width;
        for (var channel = 0; channel < shape.Channels; channel++)
            resampler.Resize(planes.AsSpan(channel * side * side, side * side), side, side, target.Slice(channel * size, size));
        ArrayPool<byte>.Shared.Return(planes);
    }

    private static int OverWhite(byte value, byte alpha) => (value * alpha + 255 * (255 - alpha) + 127) / 255;

    /// <summary>Where the pixels of the upright image lie among the stored ones.</summary>
    /// <param name="Width">Width upright.</param>
    /// <param name="Height">Height upright.</param>
    /// <param name="First">Stored place of the upper left pixel.</param>
    /// <param name="StepX">From a pixel to its right neighbour.</param>
    /// <param name="StepY">From a pixel to the one below.</param>
    private readonly record struct Orientation(int Width, int Height, int First, int StepX, int StepY)
    {
        internal int Index(int x, int y) => First + x * StepX + y * StepY;

        /// <summary>By EXIF's tag 0x0112, whose values 1 to 8 the origin has.</summary>
        internal static Orientation Of(SKEncodedOrigin origin, int w, int h) => origin switch
        {
            SKEncodedOrigin.TopRight => new(w, h, w - 1, -1, w),
            SKEncodedOrigin.BottomRight => new(w, h, w * h - 1, -1, -w),
            SKEncodedOrigin.BottomLeft => new(w, h, (h - 1) * w, 1, -w),
            SKEncodedOrigin.LeftTop => new(h, w, 0, w, 1),
            SKEncodedOrigin.RightTop => new(h, w, (h - 1) * w, -w, 1),
            SKEncodedOrigin.RightBottom => new(h, w, w * h - 1, -w, -1),
            SKEncodedOrigin.LeftBottom => new(h, w, w - 1, w, -1),
            _ => new(w, h, 0, 1, w),
        };
    }
}
