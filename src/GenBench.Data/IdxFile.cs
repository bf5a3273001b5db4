using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using GenBench.Core;
using ICSharpCode.SharpZipLib.Checksum;

namespace GenBench.Data;

/// <summary>An array of bytes as an IDX file holds it.</summary>
/// <param name="Header">The file's first bytes as they stand: two zeros, type, rank and sizes.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Values">The values, the last index running fastest.</param>
internal sealed record IdxArray(byte[] Header, int[] Shape, byte[] Values)
{
    /// <summary>Hex MD5 of the uncompressed file: what its publishers give.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The published checksums are MD5; they guard against mix-ups, not attackers.")]
    internal string Md5()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(Header);
        hash.AppendData(Values);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>
/// Reads IDX files (LeCun, Cortes and Burges) of unsigned bytes, plain or as one gzip member (RFC 1952). Memory grows
/// with what the file holds, never with what its header claims.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 0x08;
    private const int Chunk = 1 << 20;
    private const int GzipTrailer = 8;

    /// <summary>Reads a whole file; one whose name ends in <c>.gz</c> is decompressed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rank">The number of sizes it must have: 3 for images, 1 for labels.</param>
    /// <exception cref="BadInputException">It cannot be read, or it is not such a file and nothing but it.</exception>
    internal static IdxArray Read(string path, int rank)
    {
        try
        {
            using var file = File.OpenRead(path);
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? ReadGzip(file, path, rank) : ReadPlain(file, path, rank);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    private static IdxArray ReadPlain(FileStream file, string path, int rank)
    {
        var (header, shape, size) = ReadHeader(file, path, rank);
        if (file.Length != header.Length + size)
            throw new BadInputException($"{path}: the header promises {header.Length + size} bytes ({Sizes(shape)}), the file has {file.Length}; fetch it again");
        return new IdxArray(header, shape, ReadValues(file, path, header.Length, size));
    }

    private static IdxArray ReadGzip(FileStream file, string path, int rank)
    {
        var (crc, length) = ReadGzipTrailer(file, path);
        try
        {
            using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var (header, shape, size) = ReadHeader(content, path, rank);
            var values = ReadValues(content, path, header.Length, size);
            if (content.ReadByte() >= 0)
                throw new BadInputException($"{path}: goes on past the {header.Length + size} bytes that its header promises ({Sizes(shape)}); fetch it again");
            // GZipStream takes a missing trailer and bytes after it for the end, so the trailer is compared here.
            var found = new Crc32();
            found.Update(header);
            found.Update(values);
            if (crc != (uint)found.Value || length != (uint)(header.Length + size))
                throw new BadInputException($"{path}: the file's last {GzipTrailer} bytes are not the checksum and length of its content: it is cut short, damaged or has something appended; fetch it again");
            return new IdxArray(header, shape, values);
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{path}: the gzip data are damaged before offset {file.Position}; fetch it again", error);
        }
    }

    /// <summary>CRC-32 and length modulo 2³² of the content, from the end of the file.</summary>
    private static (uint Crc, uint Length) ReadGzipTrailer(FileStream file, string path)
    {
        Span<byte> bytes = stackalloc byte[GzipTrailer];
        if (file.ReadAtLeast(bytes, GzipTrailer, throwOnEndOfStream: false) < GzipTrailer || bytes[0] != 0x1f || bytes[1] != 0x8b)
            throw new BadInputException($"{path}: is no gzip file, which begins with 1f 8b and is longer than {GzipTrailer} bytes; fetch it again, or drop .gz from its name if it is uncompressed");
        file.Seek(-GzipTrailer, SeekOrigin.End);
        file.ReadExactly(bytes);
        file.Seek(0, SeekOrigin.Begin);
        return (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
    }

    private static (byte[] Header, int[] Shape, long Size) ReadHeader(Stream stream, string path, int rank)
    {
        var header = new byte[4 + 4 * rank];
        var count = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        byte[] magic = [0, 0, UnsignedByte, (byte)rank];
        if (!header.AsSpan(0, Math.Min(count, 4)).SequenceEqual(magic.AsSpan(0, Math.Min(count, 4))))
            throw new BadInputException($"{path}: begins with {Convert.ToHexStringLower(header, 0, Math.Min(count, 4))}, not {Convert.ToHexStringLower(magic)} (IDX, unsigned bytes, {rank} sizes); is it under the right name?");
        if (count < header.Length)
            throw new BadInputException($"{path}: ends at offset {count}, inside its {header.Length}-byte header; fetch it again");
        var shape = new int[rank];
        var size = 1L;
        for (var i = 0; i < rank; i++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * i));
            if (length > Array.MaxLength || size * length > Array.MaxLength)
                throw new BadInputException($"{path}: the size at offset {4 + 4 * i}, {length}, makes more than the {Array.MaxLength} bytes that can be read; fetch it again");
            shape[i] = (int)length;
            size *= length;
        }
        return (header, shape, size);
    }

    private static byte[] ReadValues(Stream stream, string path, int offset, long size)
    {
        var values = new byte[Math.Min(size, Chunk)];
        var count = 0;
        while (true)
        {
            count += stream.ReadAtLeast(values.AsSpan(count), values.Length - count, throwOnEndOfStream: false);
            if (count < values.Length)
                throw new BadInputException($"{path}: the content ends at offset {offset + count}, not at {offset + size} as its header promises; fetch it again");
            if (count == size)
                return values;
            Array.Resize(ref values, (int)Math.Min(size, 2L * values.Length));
        }
    }

    private static string Sizes(int[] shape) => string.Join(" x ", shape);
}
