namespace GenBench.Data.Publishing;

/// <summary>A file that a dataset was published as, and what is known to tell it from others.</summary>
/// <param name="Name">Its name; one that ends in <c>.gz</c> is also read uncompressed, without that ending.</param>
public sealed record PublishedFile(string Name)
{
    /// <summary>Hex MD5 of the file as published; null where none is published.</summary>
    public string? Md5 { get; init; }

    /// <summary>Length of the file as published, in bytes; null where that is not known.</summary>
    public long? Length { get; init; }

    /// <summary>Hex MD5 of the content uncompressed: compressed again it is still the same file. Null where it is not known.</summary>
    public string? ContentMd5 { get; init; }

    /// <summary>Length of the content uncompressed, in bytes.</summary>
    public required long ContentLength { get; init; }

    /// <summary>What the content begins with.</summary>
    public IReadOnlyList<byte> ContentStart { get; init; } = [];

    /// <summary>What the content's first byte is below: the number of classes where that byte is a label.</summary>
    public int FirstByteBelow { get; init; } = 256;

    /// <summary>Whether the file is an archive of others.</summary>
    public bool IsArchive => Name.EndsWith(".tar.gz", StringComparison.Ordinal) || Name.EndsWith(".zip", StringComparison.Ordinal);

    /// <summary>Whether the file is one compressed file.</summary>
    internal bool Compressed => Name.EndsWith(".gz", StringComparison.Ordinal) && !IsArchive;

    /// <summary>The name without the ending of compression.</summary>
    internal string PlainName => Compressed ? Name[..^3] : Name;

    /// <summary>An archive: its own bytes are its content.</summary>
    internal static PublishedFile Archive(string name, long length, string md5) => new(name)
    {
        Md5 = md5,
        Length = length,
        ContentLength = length,
        ContentStart = name.EndsWith(".zip", StringComparison.Ordinal) ? "PK\u0003\u0004"u8.ToArray() : [0x1f, 0x8b],
    };
}

/// <summary>What a dataset was published as: files that can be fetched and verified.</summary>
/// <param name="Name">The dataset's name, and its folder's in the data folder.</param>
/// <param name="Mirrors">Addresses that the files' names are appended to, tried in this order.</param>
/// <param name="Files">The files.</param>
public sealed record Publication(string Name, IReadOnlyList<string> Mirrors, IReadOnlyList<PublishedFile> Files)
{
    /// <summary>The files that an archive holds, where they are read in its place; they have no published checksum.</summary>
    public IReadOnlyList<PublishedFile> Unpacked { get; init; } = [];

    /// <summary>Subfolders that the unpacked files may also lie in.</summary>
    public IReadOnlyList<string> UnpackedFolders { get; init; } = [];

    /// <summary>The dataset's folder.</summary>
    /// <param name="dataFolder">The folder that <c>--data</c> names.</param>
    public string Folder(string dataFolder) => Path.GetFullPath(Path.Combine(dataFolder, Name));

    /// <summary>How to get the files, for messages.</summary>
    internal string Mend => $"'genbench data fetch {Name}' gets them; --data or GENBENCH_DATA names the folder above";
}

/// <summary>A dataset that was published as files.</summary>
public interface IPublishedDataset
{
    /// <summary>The files.</summary>
    static abstract Publication Publication { get; }
}
