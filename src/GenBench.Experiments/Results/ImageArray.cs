using static TorchSharp.torch;

namespace GenBench.Experiments.Results;

/// <summary>8-bit images in the layout that NumPy and guided-diffusion's evaluator use.</summary>
/// <param name="Pixels">[N, H, W, C], row-major.</param>
/// <param name="Count">Number of images N.</param>
/// <param name="Height">Height H in pixels.</param>
/// <param name="Width">Width W in pixels.</param>
/// <param name="Channels">1 for gray, 3 for RGB.</param>
public sealed record ImageArray(byte[] Pixels, int Count, int Height, int Width, int Channels)
{
    /// <summary>The images of a tensor, uint8 [N, C, H, W].</summary>
    public static ImageArray Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        var size = images.shape.Select(length => (int)length).ToArray();
        return new(images.permute(0, 2, 3, 1).contiguous().bytes.ToArray(), size[0], size[2], size[3], size[1]);
    }

    /// <summary>As a tensor, uint8 [N, C, H, W], owned by the caller.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return tensor(Pixels, [Count, Height, Width, Channels], ScalarType.Byte).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }
}
