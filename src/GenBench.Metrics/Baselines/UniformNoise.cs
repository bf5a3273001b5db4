using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Baselines;

/// <summary>The ceiling of every distance: pixels that are independent and uniform on 0…255.</summary>
public static class UniformNoise
{
    /// <summary>Draws images; image i depends on the seed and i alone.</summary>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="count">Number of images to draw.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>uint8 [count, C, H, W]; the caller owns it.</returns>
    public static Tensor Sample(ImageShape shape, int count, ulong seed)
    {
        using var scope = NewDisposeScope();
        var uniform = new ImageNoise(seed, 0, count, CPU).Uniform(0, shape.Channels, shape.Height, shape.Width);
        return uniform.mul_(256).to(ScalarType.Byte).MoveToOuterDisposeScope();
    }
}
