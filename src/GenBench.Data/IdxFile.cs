using System.Buffers.Binary;
using System.IO.Compression;
using GenBench.Core;
using GenBench.Data.Publishing;
using ICSharpCode.SharpZipLib.Checksum;

namespace GenBench.Data;

/// <summary>An array of bytes as an IDX file holds it.</summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Header">The file's first bytes as they stand: two zeros, type, rank and sizes.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Values">The values, the last index running fastest.</param>
internal sealed record IdxArray(string Path, byte[] Header, int[] Shape, byte[] Values)
{
    /// <summary>Hex MD5 of the uncompressed file: what its publishers give.</summary>
    internal string Md5()
    {
        using var hash = Md5Sum.Create();
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
    private const string Promise = "as its header promises";

    /// <summary>Reads a whole file; one whose name ends in <c>.gz</c> is decompressed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rank">The number of sizes it must have: 3 for images, 1 for labels.</param>
    /// <exception cref="BadInputException">It cannot be read, or it is not such a file and nothing but it.</exception>
    internal static IdxArray Read(string path, int rank)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(file, path, rank);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a stream that can seek.</summary>
    /// <exception cref="BadInputException">It is not such a file and nothing but it.</exception>
    internal static IdxArray Read(Stream file, string path, int rank) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? ReadGzip(file, path, rank) : ReadPlain(file, path, rank);

    /// <summary>What is known of a published file of so many labels, or images of a size.</summary>
    internal static PublishedFile Published(string name, long? length, string? md5, string? contentMd5, params ReadOnlySpan<int> sizes)
    {
        var header = new byte[4 + 4 * sizes.Length];
        (header[2], header[3]) = (UnsignedByte, (byte)sizes.Length);
        var size = 1L;
        for (var i = 0; i < sizes.Length; size *= sizes[i++])
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), sizes[i]);
        return new PublishedFile(name) { Md5 = md5, Length = length, ContentMd5 = contentMd5, ContentLength = header.Length + size, ContentStart = header };
    }

    private static IdxArray ReadPlain(Stream file, string path, int rank)
    {
        var (header, shape, size) = ReadHeader(file, path, rank);
        if (file.Length != header.Length + size)
            throw new BadInputException($"{path}: the header promises {header.Length + size} bytes ({Sizes(shape)}), the file has {file.Length}; fetch it again");
        return new IdxArray(path, header, shape, ExactRead.Bytes(file, path, header.Length, size, Promise));
    }

    private static IdxArray ReadGzip(Stream file, string path, int rank)
    {
        var (crc, length) = GzipMember.ReadTrailer(file, path);
        try
        {
            using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var (header, shape, size) = ReadHeader(content, path, rank);
            var values = ExactRead.Bytes(content, path, header.Length, size, Promise);
            if (content.ReadByte() >= 0)
                throw new BadInputException($"{path}: goes on past the {header.Length + size} bytes that its header promises ({Sizes(shape)}); fetch it again");
            // GZipStream takes a missing trailer and bytes after it for the end, so the trailer is compared here.
            var found = new Crc32();
            found.Update(header);
            found.Update(values);
            if (crc != (uint)found.Value || length != (uint)(header.Length + size))
                throw new BadInputException($"{path}: the file's last {GzipMember.TrailerLength} bytes are not the checksum and length of its content: it is cut short, damaged or has something appended; fetch it again");
            return new IdxArray(path, header, shape, values);
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{path}: the gzip data are damaged before offset {file.Position}; fetch it again", error);
        }
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

    private static string Sizes(int[] shape) => string.Join(" x ", shape);
}
