using GenBench.Core;
using GenBench.Experiments.Results;
using SkiaSharp;

namespace GenBench.Experiments.SampleSets;

/// <summary>Decodes one PNG, JPEG, BMP or WebP file as 8-bit RGB, its colours taken as they stand: no colour profile and no
/// orientation is applied.</summary>
internal static class ImageFile
{
    private const long MaxBytes = 1 << 28;
    private const long MaxPixels = 1 << 26;
    private static readonly string[] Readable = [".png", ".jpg", ".jpeg", ".bmp", ".webp"];
    private static readonly string[] Unreadable = [".gif", ".tif", ".tiff", ".heic", ".avif", ".jp2", ".jxl", ".ppm", ".pgm", ".pnm"];

    /// <summary>Whether the name is an image's; other files beside images are left out.</summary>
    /// <exception cref="BadInputException">It is an image's, of a format that is not read: leaving it out would be a lie.</exception>
    internal static bool IsImage(string path)
    {
        var extension = Path.GetExtension(path);
        if (Unreadable.Contains(extension, StringComparer.OrdinalIgnoreCase))
            throw new BadInputException($"{path}: {extension} files are not read; convert it to PNG, or move it out of the folder");
        return Readable.Contains(extension, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether the name is a JPEG's, which has lost what it was made from.</summary>
    internal static bool IsJpeg(string path) => Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg";

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="BadInputException">The file cannot be read, or is too large to be an image.</exception>
    internal static byte[] Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MaxBytes ? File.ReadAllBytes(path) : throw new BadInputException($"{path}: {length} bytes are too many for one image; at most {MaxBytes} are read");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Height and width, from the header alone.</summary>
    /// <exception cref="BadInputException">The file is no image, too large a one, or an animation.</exception>
    internal static (int Height, int Width) Size(byte[] file, string path)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = Open(data, path);
        return (codec.Info.Height, codec.Info.Width);
    }

    /// <summary>The image, with three channels.</summary>
    /// <exception cref="BadInputException">The file is no whole image, or has transparent pixels.</exception>
    internal static ImageArray Decode(byte[] file, string path)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = Open(data, path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new BadInputException($"{path}: broken ({result}); replace it, or move it out of the folder");
        var rgba = bitmap.GetPixelSpan();
        var rgb = new byte[info.Width * info.Height * 3];
        for (var (from, to) = (0, 0); to < rgb.Length; from += 4, to += 3)
        {
            if (rgba[from + 3] != byte.MaxValue)
                throw new BadInputException($"{path}: has transparent pixels; draw it onto a background first");
            rgba.Slice(from, 3).CopyTo(rgb.AsSpan(to));
        }
        return new ImageArray(rgb, 1, info.Height, info.Width, 3);
    }

    private static SKCodec Open(SKData data, string path)
    {
        var codec = SKCodec.Create(data)
            ?? throw new BadInputException($"{path}: no image that can be read, whatever its name says; replace it, or move it out of the folder");
        if (codec.FrameCount <= 1 && codec.Info is { Width: > 0, Height: > 0 } info && (long)info.Width * info.Height <= MaxPixels)
            return codec;
        var (frames, size) = (codec.FrameCount, codec.Info.Size);
        codec.Dispose();
        throw new BadInputException($"{path}: {size.Width}x{size.Height} pixels in {Math.Max(1, frames)} frames; one image of at most {MaxPixels} pixels is read");
    }
}
