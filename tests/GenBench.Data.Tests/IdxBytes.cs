using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;

namespace GenBench.Tests.Data;

/// <summary>Small IDX files for tests, written from the format's description.</summary>
internal static class IdxBytes
{
    public static byte[] Of(uint[] sizes, byte[] values, byte type = 8)
    {
        var bytes = new byte[4 + 4 * sizes.Length + values.Length];
        (bytes[2], bytes[3]) = (type, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + 4 * i), sizes[i]);
        values.CopyTo(bytes, 4 + 4 * sizes.Length);
        return bytes;
    }

    public static byte[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7 + i / 256))];

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
            gzip.Write(content);
        return stream.ToArray();
    }

    [SuppressMessage("Security", "CA5351", Justification = "Published checksums are MD5.")]
    public static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
}
