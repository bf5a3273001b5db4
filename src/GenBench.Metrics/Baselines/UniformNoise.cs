using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Baselines;

/// <summary>The ceiling of every distance: values that are independent and uniform, pixels on 0…255 and reals within the bounding box of
/// the training split.</summary>
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

    /// <summary>Draws reals within the bounding box of the training split; image i depends on the seed, i and the box alone.</summary>
    /// <param name="train">float32 images that make up the box.</param>
    /// <param name="count">Number of images to draw.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>float32 [count, C, H, W]; the caller owns it.</returns>
    public static Tensor Within(ImageSplit train, int count, ulong seed)
    {
        using var scope = NewDisposeScope();
        var (low, high) = (train.Images.amin([0L]), train.Images.amax([0L]));
        var uniform = new ImageNoise(seed, 0, count, CPU).Uniform(0, train.Images.shape.AsSpan(1));
        return uniform.mul_(high - low).add_(low).MoveToOuterDisposeScope();
    }
}
