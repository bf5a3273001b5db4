using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>Turns 8-bit pixels into a model's input and its output into 8-bit pixels, as its
/// <see cref="PixelEncoding"/> says; reals pass as they are. The runner alone calls it.</summary>
public static class PixelCodec
{
    private const int DequantisationLevels = 1 << 16;

    /// <summary>Encodes images, float32 [B, C, H, W], on their own device; the caller owns the result.</summary>
    /// <param name="images">uint8 [B, C, H, W]; or float32, which are reals, and copied.</param>
    /// <param name="encoding">The model's encoding.</param>
    /// <param name="uniforms">float32 in [0, 1), the images' shape and device: what <see cref="PixelEncoding.Dequantised"/>
    /// adds, cut down to a multiple of 1/65536 so that the sum is exact in float32, and what
    /// <see cref="PixelEncoding.Binary"/> compares with x/255. Null draws them from torch's global generator;
    /// <see cref="PixelEncoding.Symmetric"/> needs none.</param>
    /// <exception cref="ArgumentException">The images are neither, or the uniforms have another shape.</exception>
    public static Tensor Encode(Tensor images, PixelEncoding encoding, Tensor? uniforms = null)
    {
        if (images.dtype == ScalarType.Float32)
            return images.clone();
        if (images.dtype != ScalarType.Byte)
            throw new ArgumentException($"images are uint8, or float32 where they are reals, not {images.dtype}", nameof(images));
        if (uniforms is not null && !uniforms.shape.AsSpan().SequenceEqual(images.shape))
            throw new ArgumentException("there is one uniform for each pixel", nameof(uniforms));
        using var scope = NewDisposeScope();
        var x = images.to(ScalarType.Float32);
        var encoded = encoding switch
        {
            PixelEncoding.Symmetric => x.div_(127.5).sub_(1),
            PixelEncoding.Dequantised => x.add_(Quantised(uniforms ?? rand_like(x))).div_(128).sub_(1),
            PixelEncoding.Binary => (uniforms ?? rand_like(x)).lt(x.div_(255)).to(ScalarType.Float32),
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
        };
        return encoded.MoveToOuterDisposeScope();
    }

    /// <summary>Decodes a model's output into uint8 of the same shape, on its own device; the caller owns the result.
    /// Values beyond the ends are clamped, infinities too; NaN becomes 0. Rounding is half to even. Reals come back as float32,
    /// whatever they are.</summary>
    /// <param name="encoded">Floating point [B, C, H, W] in the encoding; left unchanged.</param>
    /// <param name="encoding">The model's encoding.</param>
    /// <param name="values">What the data are.</param>
    /// <exception cref="ArgumentException">The values are not floating point.</exception>
    public static Tensor Decode(Tensor encoded, PixelEncoding encoding, DataValues values = DataValues.Bytes)
    {
        if (!encoded.is_floating_point())
            throw new ArgumentException($"encoded images are floating point, not {encoded.dtype}", nameof(encoded));
        using var scope = NewDisposeScope();
        var y = encoded.detach().to(ScalarType.Float32);
        if (values == DataValues.Reals)
            return y.clone().MoveToOuterDisposeScope();
        var x = encoding switch
        {
            PixelEncoding.Symmetric => (y + 1).mul_(127.5).round_(),
            PixelEncoding.Dequantised => (y + 1).mul_(128).floor_(),
            PixelEncoding.Binary => (y * 255).round_(),
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
        };
        return x.nan_to_num(0).clamp_(0, 255).to(ScalarType.Byte).MoveToOuterDisposeScope();
    }

    private static Tensor Quantised(Tensor uniforms) => (uniforms * DequantisationLevels).floor_().div_(DequantisationLevels);
}
