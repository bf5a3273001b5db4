using System.IO.Compression;
using GenBench.Core;
using ICSharpCode.SharpZipLib.Checksum;

namespace GenBench.Data.Publishing;

/// <summary>What a file is, compared with what was published.</summary>
public enum FileState
{
    /// <summary>The published bytes.</summary>
    Genuine,

    /// <summary>The published content, compressed by someone else.</summary>
    Recompressed,

    /// <summary>A beginning of the published file: a download or copy that stopped.</summary>
    Partial,

    /// <summary>Something else.</summary>
    Wrong,

    /// <summary>As long as the published file, but no checksum is published that could tell.</summary>
    Unknown,

    /// <summary>Not there.</summary>
    Missing,
}

/// <summary>The finding on one file.</summary>
/// <param name="Path">The file.</param>
/// <param name="State">What it is.</param>
/// <param name="Reason">How that was seen.</param>
public sealed record FileVerdict(string Path, FileState State, string Reason);

/// <summary>Compares a dataset's files with what was published.</summary>
public static class PublicationCheck
{
    /// <summary>What figures say that were measured on files which no published checksum covers.</summary>
    internal const string NotVerified = "files not verified";

    private const int Chunk = 1 << 20;

    /// <summary>Looks at the files that opening the dataset would read.</summary>
    /// <param name="publication">What was published.</param>
    /// <param name="dataFolder">The folder that <c>--data</c> names.</param>
    /// <returns>A verdict for each file.</returns>
    /// <exception cref="BadInputException">A file cannot be read.</exception>
    public static IReadOnlyList<FileVerdict> Verify(Publication publication, string dataFolder)
    {
        var folder = publication.Folder(dataFolder);
        var verdicts = publication.Files.Select(file => Check(folder, file)).ToArray();
        if (publication.Unpacked.Count == 0 || verdicts.Any(verdict => verdict.State != FileState.Missing))
            return verdicts;
        var places = publication.UnpackedFolders.Select(name => Path.Combine(folder, name)).Prepend(folder);
        var place = places.FirstOrDefault(path => publication.Unpacked.Any(file => Find(path, file) is not null));
        return place is null ? verdicts : [.. publication.Unpacked.Select(file => Check(place, file))];
    }

    /// <summary>The file as it would be read: uncompressed where both forms are there; null where neither is.</summary>
    internal static string? Find(string folder, PublishedFile file) =>
        new[] { file.PlainName, file.Name }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Looks at one file.</summary>
    /// <exception cref="BadInputException">It cannot be read.</exception>
    internal static FileVerdict Check(string folder, PublishedFile file)
    {
        if (Find(folder, file) is not { } path)
        {
            var target = Path.Combine(folder, file.Name);
            var part = new FileInfo(target + Downloader.PartSuffix);
            return part.Exists
                ? new FileVerdict(target, FileState.Partial, $"a download stopped after {part.Length} bytes; fetch goes on with it")
                : new FileVerdict(target, FileState.Missing, "no such file");
        }
        try
        {
            if (file.Md5 is not null && Md5Sum.OfFile(path) == file.Md5)
                return new FileVerdict(path, FileState.Genuine, $"its MD5 is the published {file.Md5}");
            var compressed = file.Compressed && path.EndsWith(file.Name, StringComparison.Ordinal);
            using var stream = File.OpenRead(path);
            var (state, reason) = compressed ? CheckGzip(stream, path, file) : CheckContent(stream, file, compressed: false);
            return new FileVerdict(path, state, reason);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    private static (FileState, string) CheckGzip(FileStream stream, string path, PublishedFile file)
    {
        try
        {
            var (crc, length) = GzipMember.ReadTrailer(stream, path);
            using var content = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            return CheckContent(content, file, compressed: true, (crc, length));
        }
        catch (BadInputException)
        {
            return (FileState.Wrong, "is no gzip file");
        }
        catch (InvalidDataException)
        {
            return (FileState.Wrong, $"its gzip data are damaged before offset {stream.Position}");
        }
    }

    private static (FileState, string) CheckContent(Stream content, PublishedFile file, bool compressed, (uint Crc, uint Length)? trailer = null)
    {
        using var hash = Md5Sum.Create();
        var crc = new Crc32();
        var buffer = new byte[Chunk];
        var (length, begins) = (0L, true);
        // One byte past the published length tells as much as all of a file that goes on for ever.
        while (length <= file.ContentLength && content.ReadAtLeast(buffer, Chunk, throwOnEndOfStream: false) is > 0 and var count)
        {
            if (length == 0)
                begins = buffer[0] < file.FirstByteBelow && buffer.Take(count).Take(file.ContentStart.Count).SequenceEqual(file.ContentStart.Take(count));
            hash.AppendData(buffer, 0, count);
            crc.Update(new ArraySegment<byte>(buffer, 0, count));
            length += count;
        }
        var md5 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!begins)
            return (FileState.Wrong, "does not begin as the published one does");
        if (length > file.ContentLength)
            return (FileState.Wrong, $"holds more than the published {file.ContentLength} bytes");
        if (length < file.ContentLength)
            return (FileState.Partial, $"holds {length} of {file.ContentLength} bytes");
        if (trailer is { } expected && (expected.Crc != (uint)crc.Value || expected.Length != (uint)length))
            return (FileState.Partial, "its last bytes are not the checksum of its content: it is cut short or has something appended");
        if (file.ContentMd5 is null)
            return file.Md5 is not null && !file.Compressed
                ? (FileState.Wrong, $"its MD5 is not the published {file.Md5}")
                : (FileState.Unknown, "is as long as the published one, but no checksum of it is published");
        if (file.ContentMd5 != md5)
            return (FileState.Wrong, $"its uncompressed MD5 is {md5}, not the published {file.ContentMd5}");
        return compressed
            ? (FileState.Recompressed, $"compressed anew; its uncompressed MD5 is the published {md5}")
            : (FileState.Genuine, $"its uncompressed MD5 is the published {md5}");
    }
}
