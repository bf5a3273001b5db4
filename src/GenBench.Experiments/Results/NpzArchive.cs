using System.IO.Compression;
using System.Security.Cryptography;
using ICSharpCode.SharpZipLib.Checksum;

namespace GenBench.Experiments.Results;

/// <summary>
/// A <c>.npz</c>: a zip of <c>.npy</c> arrays, each found with a header whose claims fit the archive's. What the archive itself
/// claims is true only once an array is verified: .NET's zip reader compares neither lengths nor checksums.
/// </summary>
internal sealed class NpzArchive : IDisposable
{
    private const int DeflateLimit = 1032; // no deflate stream expands further
    private readonly FileStream file;
    private readonly ZipArchive zip;

    /// <exception cref="InvalidDataException">The file is no zip.</exception>
    internal NpzArchive(string path)
    {
        file = File.OpenRead(path);
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Names of the arrays, without <c>.npy</c>.</summary>
    internal IEnumerable<string> Names => zip.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).Select(entry => entry.FullName[..^4]);

    /// <summary>An array and its header.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or its lengths cannot be.</exception>
    internal NpzArray Find(string name)
    {
        var entry = zip.GetEntry($"{name}.npy") ?? throw new InvalidDataException($"no {name} in it");
        if (entry.CompressedLength > file.Length || entry.Length > 1024 + DeflateLimit * entry.CompressedLength)
            throw new InvalidDataException($"{name} cannot have {entry.Length} bytes in this file");
        return new NpzArray(name, entry);
    }

    public void Dispose()
    {
        zip.Dispose();
        file.Dispose();
    }
}

/// <summary>One array of a <c>.npz</c>.</summary>
internal sealed class NpzArray
{
    private readonly string name;
    private readonly ZipArchiveEntry entry;

    internal NpzArray(string name, ZipArchiveEntry entry)
    {
        (this.name, this.entry) = (name, entry);
        using var stream = entry.Open();
        Header = NpyHeader.Read(stream);
    }

    /// <summary>What the array says it is.</summary>
    internal NpyHeader Header { get; }

    /// <summary>Bytes of the elements, as the archive claims.</summary>
    internal long DataLength => entry.Length - Header.Length;

    /// <summary>Reads the array through once.</summary>
    /// <returns>The SHA-256 of header and elements.</returns>
    /// <exception cref="InvalidDataException">Its length or its checksum is not what the archive claims.</exception>
    internal byte[] Verify()
    {
        var checksum = new Crc32();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = entry.Open();
        var buffer = new byte[1 << 16];
        var length = 0L;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if ((length += read) > entry.Length)
                break;
            checksum.Update(new ArraySegment<byte>(buffer, 0, read));
            hash.AppendData(buffer, 0, read);
        }
        if (length != entry.Length)
            throw new InvalidDataException($"{name} {(length < entry.Length ? "ends too early" : "is longer than it says")}");
        if (checksum.Value != entry.Crc32)
            throw new InvalidDataException($"the checksum of {name} is wrong");
        return hash.GetHashAndReset();
    }

    /// <summary>The elements.</summary>
    internal Stream OpenData()
    {
        var stream = entry.Open();
        NpyHeader.Read(stream);
        return stream;
    }
}
