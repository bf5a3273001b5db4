using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GenBench.Experiments.Results;

/// <summary>The elements of <c>.npy</c> arrays of float32 or float64, in either byte order and either order of the axes.</summary>
internal static class NpyFloats
{
    private const long MaxBytes = 8L << 30;
    private const int Piece = 1 << 18; // elements

    /// <summary>Reads the elements that follow a header.</summary>
    /// <param name="data">Begins with the first element.</param>
    /// <param name="header">The header.</param>
    /// <param name="length">Bytes of the elements, known to be there.</param>
    /// <returns>float32 or float64, as the array is; the caller owns it.</returns>
    /// <exception cref="InvalidDataException">The header asks for other bytes than there are, for too many, or for another type.</exception>
    internal static Tensor Read(Stream data, NpyHeader header, long length)
    {
        var (type, width, bigEndian) = TypeOf(header);
        if (length > MaxBytes)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{length} bytes of numbers are more than the {MaxBytes} that are read"));
        if (length != checked(header.Elements * width))
            throw new InvalidDataException($"{length} bytes of data where {header} asks for {header.Elements * width}");
        using var scope = NewDisposeScope();
        var flat = empty(header.Elements, type);
        for (var first = 0L; first < header.Elements; first += Piece)
        {
            using var step = NewDisposeScope();
            var bytes = flat.narrow(0, first, Math.Min(Piece, header.Elements - first)).bytes;
            data.ReadExactly(bytes);
            if (bigEndian)
                Reverse(bytes, width);
        }
        var shape = header.Shape.ToArray();
        if (!header.FortranOrder)
            return flat.view(shape).MoveToOuterDisposeScope();
        // The first axis varies fastest: the array as it lies has its axes the other way round.
        var axes = Enumerable.Range(0, shape.Length).Reverse().Select(axis => (long)axis).ToArray();
        return flat.view([.. Enumerable.Reverse(shape)]).permute(axes).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Writes an array of float32 or float64: header and elements.</summary>
    internal static void Write(Stream stream, Tensor array)
    {
        using var scope = NewDisposeScope();
        var flat = array.contiguous().view(-1);
        stream.Write(new NpyHeader(array.dtype == ScalarType.Float64 ? "<f8" : "<f4", FortranOrder: false, array.shape).ToBytes());
        for (var first = 0L; first < flat.shape[0]; first += Piece)
        {
            using var step = NewDisposeScope();
            stream.Write(flat.narrow(0, first, Math.Min(Piece, flat.shape[0] - first)).bytes);
        }
    }

    private static (ScalarType Type, int Width, bool BigEndian) TypeOf(NpyHeader header) => header.Descr switch
    {
        "<f4" => (ScalarType.Float32, 4, false),
        ">f4" => (ScalarType.Float32, 4, true),
        "<f8" => (ScalarType.Float64, 8, false),
        ">f8" => (ScalarType.Float64, 8, true),
        "|O" => throw new InvalidDataException("an array of objects, which is a pickle that could run code; save it as float32 or float64"),
        _ => throw new InvalidDataException($"an array of type '{header.Descr}'; save it as float32 or float64"),
    };

    private static void Reverse(Span<byte> bytes, int width)
    {
        if (width == 4)
        {
            var values = MemoryMarshal.Cast<byte, uint>(bytes);
            BinaryPrimitives.ReverseEndianness(values, values);
        }
        else
        {
            var values = MemoryMarshal.Cast<byte, ulong>(bytes);
            BinaryPrimitives.ReverseEndianness(values, values);
        }
    }
}
