using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace GenBench.Data.Publishing;

/// <summary>MD5, the checksum that datasets are published with.</summary>
[SuppressMessage("Security", "CA5351", Justification = "The published checksums are MD5; they guard against mix-ups, not attackers.")]
internal static class Md5Sum
{
    /// <summary>A hash to append to.</summary>
    internal static IncrementalHash Create() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    /// <summary>Hex MD5 of a file.</summary>
    internal static string OfFile(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(MD5.HashData(file));
    }
}
