using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>Augmentation of training images, on their own device.</summary>
public static class Augmentation
{
    /// <summary>Mirrors the marked images left to right; the caller owns the result.</summary>
    /// <param name="images">[B, C, H, W], any type.</param>
    /// <param name="mask">bool [B] on the images' device: true where the image is mirrored.</param>
    public static Tensor Flip(Tensor images, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return where(mask.reshape(-1, 1, 1, 1), images.flip(3), images).MoveToOuterDisposeScope();
    }
}
