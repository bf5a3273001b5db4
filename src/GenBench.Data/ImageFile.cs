using GenBench.Core;
using SkiaSharp;

namespace GenBench.Data;

/// <summary>
/// A PNG, JPEG, WebP or BMP file as 8-bit RGB: turned as EXIF says, laid over white where transparent, 16 bits cut to 8,
/// colours as stored (no profile or gamma is applied). What its header claims is held against its length before anything is decoded.
/// </summary>
public sealed class ImageFile : IDisposable
{
    private const long MostBytes = 1 << 28;

    /// <summary>Pixels that an image may have at all, and by how much they may outnumber its bytes: deflate holds 1032
    /// bytes in one, each of eight pixels at most; JPEG spends a bit on each 64 at least. A header that claims more lies,
    /// or is not worth the memory.</summary>
    private const long MostPixels = 1L << 26;

    private const long FreePixels = 1 << 20;
    private const long PixelsPerByte = 8 * 1032;
    private const long JpegPixelsPerByte = 8 * 64;

    private readonly string path;
    private readonly SKData data;
    private readonly SKCodec codec;
    private readonly Orientation upright;

    private ImageFile(string path, SKData data, SKCodec codec)
    {
        (this.path, this.data, this.codec) = (path, data, codec);
        upright = Orientation.Of(codec.EncodedOrigin, codec.Info.Width, codec.Info.Height);
    }

    /// <summary>Height upright.</summary>
    public int Height => upright.Height;

    /// <summary>Width upright.</summary>
    public int Width => upright.Width;

    /// <summary>Whether it is a JPEG, which has lost what it was made from.</summary>
    public bool IsJpeg => codec.EncodedFormat == SKEncodedImageFormat.Jpeg;

    /// <summary>Whether its pixels may be transparent.</summary>
    public bool HasAlpha => codec.Info.AlphaType != SKAlphaType.Opaque;

    /// <summary>The bytes of the file.</summary>
    public ReadOnlySpan<byte> Content => data.AsSpan();

    /// <summary>Reads a file and its header.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is no such image, an animation or too large; the message names it.</exception>
    public static ImageFile Open(string path)
    {
        var data = Read(path);
        var codec = SKCodec.Create(data);
        if (Refusal(data, codec) is not { } reason)
            return new ImageFile(path, data, codec);
        codec?.Dispose();
        data.Dispose();
        throw new BadInputException($"{path}: {reason}");
    }

    /// <summary>Decodes, and gives a rectangle of the upright image.</summary>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="rgb">Where it goes: [height, width, 3].</param>
    /// <exception cref="BadInputException">The file is cut short or damaged; the message names it.</exception>
    public void Decode(int left, int top, int width, int height, Span<byte> rgb)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new BadInputException($"{path}: {(result == SKCodecResult.IncompleteInput ? "is cut short" : $"cannot be decoded ({result})")}");
        var stored = bitmap.GetPixelSpan();
        var target = 0;
        for (var y = top; y < top + height; y++)
            for (var x = left; x < left + width; x++)
            {
                var pixel = stored.Slice(4 * upright.Index(x, y), 4);
                for (var channel = 0; channel < 3; channel++)
                    rgb[target++] = OverWhite(pixel[channel], pixel[3]);
            }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        codec.Dispose();
        data.Dispose();
    }

    private static SKData Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var length = (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
            // A pipe or a device has no length either, and reading it might never end.
            return length == 0 ? throw new BadInputException($"{path}: is empty")
                : length > MostBytes ? throw new BadInputException($"{path}: has {length} bytes; at most {MostBytes} are read of an image")
                : SKData.CreateCopy(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Why it is not decoded; null where it is.</summary>
    private static string? Refusal(SKData data, SKCodec? codec)
    {
        if (codec is null)
            return "is no PNG, JPEG, WebP or BMP image, or its header is damaged";
        var format = codec.EncodedFormat;
        if (format is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Bmp))
            return $"is a {format} image; convert it to PNG, JPEG, WebP or BMP";
        if (codec.FrameCount > 1)
            return $"is an animation of {codec.FrameCount} frames; convert it to single images";
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var ratio = format == SKEncodedImageFormat.Jpeg ? JpegPixelsPerByte : PixelsPerByte;
        return (long)width * height > Math.Min(MostPixels, FreePixels + ratio * data.Size)
            ? $"claims {width}x{height} pixels in {data.Size} bytes, more than is decoded (at most {MostPixels} pixels, and {ratio} in a byte)"
            : null;
    }

    private static byte OverWhite(byte value, byte alpha) => (byte)((value * alpha + 255 * (255 - alpha) + 127) / 255);

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
