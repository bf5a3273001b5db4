using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>
/// Noise for a run of images in which image i's numbers are a function of (seed, i, stream, position) alone: they do
/// not depend on the batch that draws them. Counter-based: SplitMix64 of the counter, computed on the device.
/// </summary>
/// <param name="seed">The seed of the whole sample.</param>
/// <param name="first">Index of the first image.</param>
/// <param name="count">Number of images B.</param>
/// <param name="device">Where the tensors are made.</param>
public sealed class ImageNoise(ulong seed, long first, int count, Device device)
{
    /// <summary>Number of images B.</summary>
    public int Count => count;

    /// <summary>Where the tensors are made.</summary>
    public Device Device => device;

    /// <summary>The same images under an unrelated seed.</summary>
    public ImageNoise Fork(ulong purpose) => new(Seeds.Of(seed, purpose), first, count, device);

    /// <summary>Standard normal draws, float32 [B, shape…]; another <paramref name="stream"/> gives independent ones.</summary>
    public Tensor Normal(long stream, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        var size = Product(shape);
        var hash = Hash(stream, (size + 1) / 2);
        // Box–Muller: both 24-bit uniforms of a hash, the first in (0, 1] so that its logarithm is finite.
        var radius = UpperUniform(hash).neg_().add_(1).log_().mul_(-2).sqrt_();
        var angle = LowerUniform(hash).mul_(2 * Math.PI);
        var pairs = cat([radius * angle.cos(), radius * angle.sin()], dim: 1);
        return pairs.narrow(1, 0, size).reshape([count, .. shape]).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Uniform draws from multiples of 2⁻²⁴ in [0, 1), float32 [B, shape…].</summary>
    public Tensor Uniform(long stream, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        return UpperUniform(Hash(stream, Product(shape))).reshape([count, .. shape]).MoveToOuterDisposeScope();
    }

    /// <summary>64 random bits per position, int64 [B, size].</summary>
    private Tensor Hash(long stream, long size)
    {
        var keys = new long[count];
        for (var i = 0; i < count; i++)
            keys[i] = (long)Seeds.Of(seed, (ulong)(first + i), (ulong)stream);
        var z = tensor(keys, device: device).unsqueeze(1) + arange(1, size + 1, device: device).mul_(unchecked((long)Seeds.Golden));
        z = ShiftXor(z, 30).mul_(unchecked((long)0xbf58476d1ce4e5b9));
        z = ShiftXor(z, 27).mul_(unchecked((long)0x94d049bb133111eb));
        return ShiftXor(z, 31);
    }

    /// <summary>z ^ (z ≫ bits), the shift logical.</summary>
    private static Tensor ShiftXor(Tensor z, int bits) => ShiftRight(z, bits).bitwise_xor_(z);

    private static Tensor ShiftRight(Tensor z, int bits) =>
        z.bitwise_right_shift(tensor((long)bits, device: z.device)).bitwise_and_(tensor(long.MaxValue >> (bits - 1), device: z.device));

    private static Tensor UpperUniform(Tensor hash) => ShiftRight(hash, 40).to(ScalarType.Float32).mul_(1.0 / (1 << 24));

    private static Tensor LowerUniform(Tensor hash) =>
        hash.bitwise_and(tensor((1L << 24) - 1, device: hash.device)).to(ScalarType.Float32).mul_(1.0 / (1 << 24));

    private static long Product(ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var length in shape)
            product *= length;
        return product;
    }
}
