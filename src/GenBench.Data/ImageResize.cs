using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>Images and splits at another resolution; the new tensors are their own.</summary>
public static class ImageResize
{
    private const int Chunk = 4096; // bounds the float copy of the images

    /// <summary>Adds zeros on all four sides.</summary>
    internal static ImageSplit Pad(ImageSplit split, int border)
    {
        using var scope = NewDisposeScope();
        return With(split, nn.functional.pad(split.Images, [border, border, border, border]));
    }

    /// <summary>Resizes a split to a square.</summary>
    internal static ImageSplit Resize(ImageSplit split, int resolution)
    {
        using var scope = NewDisposeScope();
        return With(split, Bilinear(split.Images, resolution));
    }

    /// <summary>Resizes to a square: bilinear, anti-aliased where it shrinks, rounded half to even.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="resolution">Height and width of the result, at least 1.</param>
    /// <returns>uint8 [N, C, resolution, resolution]; the caller owns it.</returns>
    public static Tensor Bilinear(Tensor images, int resolution)
    {
        using var scope = NewDisposeScope();
        var count = images.shape[0];
        var resized = empty([count, images.shape[1], resolution, resolution], ScalarType.Byte);
        for (var first = 0L; first < count; first += Chunk)
        {
            using var step = NewDisposeScope();
            var chunk = images.narrow(0, first, Math.Min(Chunk, count - first)).to(ScalarType.Float32);
            var values = nn.functional.interpolate(chunk, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
            resized.narrow(0, first, chunk.shape[0]).copy_(values.round_().clamp_(0, 255));
        }
        return resized.MoveToOuterDisposeScope();
    }

    private static ImageSplit With(ImageSplit split, Tensor images) =>
        new(images.contiguous().DetachFromDisposeScope(), split.Labels?.clone().DetachFromDisposeScope());
}
