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
        var images = empty([labels.Length, shape.Channels, shape.Height, shape.Width], ScalarType.Byte);
        images.bytes = pixels;
        var classes = tensor(Array.ConvertAll(labels, label => (long)label), ScalarType.Int64);
        return new ImageSplit(images.DetachFromDisposeScope(), classes.DetachFromDisposeScope());
    }
}
