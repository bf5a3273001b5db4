using System.Buffers;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>Brings images of one published shape to the shape that the options ask for.</summary>
internal sealed class ImageTransform(ImageShape from, ImageShape to, string filter)
{
    /// <summary>28 × 28 becomes 32 × 32, the size that the field uses for MNIST's kin, by a border of zeros.</summary>
    private const int ConventionalPadding = 2;

    private readonly ImageResampler resampler = new(to.Height, filter);

    private bool Pads => from.Height == 28 && to.Height == 28 + 2 * ConventionalPadding;

    /// <summary>What a row of results says of it; null where pixels stay as they are.</summary>
    internal IEnumerable<string> Protocol
    {
        get
        {
            if (to.Channels < from.Channels)
                yield return "gray (Rec. 601)";
            if (to.Height != from.Height)
                yield return Pads ? $"{from.Height}x{from.Width} padded to {to.Height}x{to.Width}" : $"{filter} resize from {from.Height}x{from.Width}";
        }
    }

    /// <summary>Transforms one image, planes in the order of the channels.</summary>
    internal void Apply(ReadOnlySpan<byte> image, Span<byte> target)
    {
        var plane = from.Height * from.Width;
        if (to.Channels < from.Channels)
        {
            var gray = ArrayPool<byte>.Shared.Rent(plane);
            for (var i = 0; i < plane; i++)
                gray[i] = Luma(image[i], image[plane + i], image[2 * plane + i]);
            Size(gray.AsSpan(0, plane), target);
            ArrayPool<byte>.Shared.Return(gray);
            return;
        }
        var size = to.Height * to.Width;
        for (var channel = 0; channel < to.Channels; channel++)
            if (channel < from.Channels)
                Size(image.Slice(channel * plane, plane), target.Slice(channel * size, size));
            else
                target[..size].CopyTo(target[(channel * size)..]);
    }

    /// <summary>Rec. 601 luma in 16-bit fixed point, rounded: equal channels give their own value.</summary>
    internal static byte Luma(int red, int green, int blue) => (byte)((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);

    private void Size(ReadOnlySpan<byte> plane, Span<byte> target)
    {
        if (!Pads)
        {
            resampler.Resize(plane, from.Height, from.Width, target);
            return;
        }
        target.Clear();
        for (var y = 0; y < from.Height; y++)
            plane.Slice(y * from.Width, from.Width).CopyTo(target[((y + ConventionalPadding) * to.Width + ConventionalPadding)..]);
    }
}
