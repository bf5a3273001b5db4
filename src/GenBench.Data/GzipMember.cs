using System.Buffers.Binary;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>What .NET's reader leaves unchecked of a gzip file of one member (RFC 1952).</summary>
internal static class GzipMember
{
    /// <summary>Bytes of checksum and length at the end.</summary>
    internal const int TrailerLength = 8;

    /// <summary>CRC-32 and length modulo 2³² of the content, from the end of the file; leaves the stream at its start.</summary>
    /// <exception cref="BadInputException">It is no gzip file.</exception>
    internal static (uint Crc, uint Length) ReadTrailer(Stream file, string path)
    {
        Span<byte> bytes = stackalloc byte[TrailerLength];
        if (file.ReadAtLeast(bytes, TrailerLength, throwOnEndOfStream: false) < TrailerLength || bytes[0] != 0x1f || bytes[1] != 0x8b)
            throw new BadInputException($"{path}: is no gzip file, which begins with 1f 8b and is longer than {TrailerLength} bytes; fetch it again, or drop .gz from its name if it is uncompressed");
        file.Seek(-TrailerLength, SeekOrigin.End);
        file.ReadExactly(bytes);
        file.Seek(0, SeekOrigin.Begin);
        return (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
    }
}
