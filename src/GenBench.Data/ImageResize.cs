using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>Splits at another resolution; the new split's tensors are its own.</summary>
internal static class ImageResize
{
    private const int Chunk = 4096; // bounds the float copy of the images

    /// <summary>Adds zeros on all four sides.</summary>
    internal static ImageSplit Pad(ImageSplit split, int border)
    {
        using var scope = NewDisposeScope();
        return With(split, nn.functional.pad(split.Images, [border, border, border, border]));
    }

    /// <summary>Resizes to a square: bilinear, anti-aliased where it shrinks, rounded half to even.</summary>
    internal static ImageSplit Resize(ImageSplit split, int resolution)
    {
        using var scope = NewDisposeScope();
        var resized = empty([split.Count, split.Images.shape[1], resolution, resolution], ScalarType.Byte);
        for (var first = 0L; first < split.Count; first += Chunk)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(Chunk, split.Count - first);
            var images = split.Images.narrow(0, first, count).to(ScalarType.Float32);
            var values = nn.functional.interpolate(images, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
            resized.narrow(0, first, count).copy_(values.round_().clamp_(0, 255));
        }
        return With(split, resized);
    }

    private static ImageSplit With(ImageSplit split, Tensor images) =>
        new(images.contiguous().DetachFromDisposeScope(), split.Labels?.clone().DetachFromDisposeScope());
}
