using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GenBench.Experiments.Results;

/// <summary>
/// The header of NumPy's <c>.npy</c> format: magic, version, a little-endian header length, and a Python dictionary
/// literal padded with blanks so that the data begin at a multiple of 64 (NEP 1).
/// </summary>
/// <param name="Descr">The element type as NumPy writes it, e.g. <c>|u1</c> or <c>&lt;f4</c>.</param>
/// <param name="FortranOrder">True where the first axis varies fastest.</param>
/// <param name="Shape">Lengths of the axes, none negative.</param>
public sealed partial record NpyHeader(string Descr, bool FortranOrder, IReadOnlyList<long> Shape)
{
    private const int MaxLength = 65536; // NumPy's own writers stay below; longer ones are not read
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The number of elements.</summary>
    /// <exception cref="OverflowException">It exceeds 2⁶³ − 1.</exception>
    public long Elements => Shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <summary>The bytes that the header took where it was read; 0 where it was not.</summary>
    public int Length { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Descr} [{string.Join(", ", Shape)}]{(FortranOrder ? " in Fortran order" : "")}";

    /// <summary>The header as bytes, version 1.0.</summary>
    public byte[] ToBytes()
    {
        var shape = string.Concat(Shape.Select(length => length.ToString(CultureInfo.InvariantCulture) + ", "));
        var tuple = Shape.Count == 1 ? shape.TrimEnd() : shape.TrimEnd(' ', ',');
        var text = $"{{'descr': '{Descr}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': ({tuple}), }}";
        var unpadded = Magic.Length + 4 + text.Length + 1;
        text = text.PadRight(text.Length + (64 - unpadded % 64) % 64) + "\n";
        var bytes = new byte[Magic.Length + 4 + text.Length];
        Magic.CopyTo(bytes);
        bytes[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Magic.Length + 2), (ushort)text.Length);
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(Magic.Length + 4));
        return bytes;
    }

    /// <summary>Reads a header of version 1, 2 or 3 and leaves the stream at the first element.</summary>
    /// <exception cref="InvalidDataException">The stream does not begin with a well-formed header.</exception>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        ReadExactly(stream, start);
        if (!start[..6].SequenceEqual(Magic) || start[6] is not (1 or 2 or 3))
            throw new InvalidDataException("not a .npy array of version 1 to 3");
        Span<byte> size = stackalloc byte[4];
        size.Clear();
        var sizeBytes = start[6] == 1 ? 2 : 4;
        ReadExactly(stream, size[..sizeBytes]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaxLength)
            throw new InvalidDataException($"a .npy header of {length} bytes");
        var text = new byte[length];
        ReadExactly(stream, text);
        return Parse(Encoding.Latin1.GetString(text)) with { Length = start.Length + sizeBytes + text.Length };
    }

    private static NpyHeader Parse(string text)
    {
        var match = Dictionary().Match(text);
        if (!match.Success)
            throw new InvalidDataException("a .npy header that cannot be read");
        var shape = new List<long>();
        foreach (var part in match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            shape.Add(long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? length
                : throw new InvalidDataException($"a .npy header with the axis length '{part}'"));
        return new NpyHeader(match.Groups["descr"].Value, match.Groups["order"].Value == "True", shape);
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("the array ends inside its header");
    }

    [GeneratedRegex(@"^\{\s*'descr':\s*'(?<descr>[^']*)',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[0-9,\s]*)\),?\s*\}\s*$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Dictionary();
}
