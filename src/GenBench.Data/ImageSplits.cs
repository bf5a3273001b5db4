using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>Makes splits out of plain arrays.</summary>
internal static class ImageSplits
{
    /// <summary>A split with tensors of its own, outside any dispose scope.</summary>
    /// <param name="pixels">Image after image, planes in the order of the channels, rows from the top.</param>
    /// <param name="labels">One class for each image.</param>
    /// <param name="shape">Shape of one image.</param>
    internal static ImageSplit FromBytes(byte[] pixels, byte[] labels, ImageShape shape)
    {
        var images = Images(pixels, labels.Length, shape);
        var classes = tensor(Array.ConvertAll(labels, label => (long)label), ScalarType.Int64);
        return new ImageSplit(images.DetachFromDisposeScope(), classes.DetachFromDisposeScope());
    }

    /// <summary>A split without labels, with a tensor of its own, outside any dispose scope.</summary>
    /// <param name="pixels">Image after image, planes in the order of the channels, rows from the top.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="shape">Shape of one image.</param>
    internal static ImageSplit FromBytes(byte[] pixels, int count, ImageShape shape) => new(Images(pixels, count, shape).DetachFromDisposeScope(), null);

    private static Tensor Images(byte[] pixels, int count, ImageShape shape)
    {
        var images = empty([count, shape.Channels, shape.Height, shape.Width], ScalarType.Byte);
        images.bytes = pixels;
        return images;
    }
}
