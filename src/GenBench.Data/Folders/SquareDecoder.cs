using System.Buffers;
using GenBench.Core;

namespace GenBench.Data.Folders;

/// <summary>Decodes image files into squares: the middle square cut out, gray by Rec. 601 luma where asked for, resized.</summary>
internal sealed class SquareDecoder(ImageShape shape, string filter)
{
    private readonly ImageResampler resampler = new(shape.Height, filter);

    /// <summary>Decodes a file into [C, H, W].</summary>
    /// <exception cref="BadInputException">It is no image that is read, cut short, damaged or too large; the message names it.</exception>
    internal void Decode(string path, Span<byte> target)
    {
        using var file = ImageFile.Open(path);
        var side = Math.Min(file.Width, file.Height);
        var square = side * side;
        var buffer = ArrayPool<byte>.Shared.Rent((3 + shape.Channels) * square);
        var rgb = buffer.AsSpan(0, 3 * square);
        var planes = buffer.AsSpan(3 * square, shape.Channels * square);
        try
        {
            file.Decode((file.Width - side) / 2, (file.Height - side) / 2, side, side, rgb);
            Separate(rgb, planes);
            var size = shape.Height * shape.Width;
            for (var channel = 0; channel < shape.Channels; channel++)
                resampler.Resize(planes.Slice(channel * square, square), side, side, target.Slice(channel * size, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Separate(ReadOnlySpan<byte> rgb, Span<byte> planes)
    {
        var square = rgb.Length / 3;
        for (var place = 0; place < square; place++)
        {
            var pixel = rgb.Slice(3 * place, 3);
            if (shape.Channels == 1)
                planes[place] = ImageTransform.Luma(pixel[0], pixel[1], pixel[2]);
            else
                (planes[place], planes[square + place], planes[2 * square + place]) = (pixel[0], pixel[1], pixel[2]);
        }
    }
}
