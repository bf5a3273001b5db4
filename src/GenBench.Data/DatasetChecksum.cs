using System.Buffers.Binary;
using System.Security.Cryptography;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>What a dataset's images are known by.</summary>
public static class DatasetChecksum
{
    /// <summary>Hex SHA-256 over the splits in order: of each, the shape of its images, their pixels, the number of
    /// its labels and the labels, integers as little-endian 64-bit.</summary>
    public static string Of(params ReadOnlySpan<ImageSplit> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var split in splits)
        {
            foreach (var size in split.Images.shape)
                AppendInteger(hash, size);
            AppendInteger(hash, split.Labels?.numel() ?? 0);
            if (split.Count == 0)
                continue;
            hash.AppendData(split.Images.bytes);
            if (split.Labels is { } labels)
                hash.AppendData(labels.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendInteger(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
