using System.IO.Compression;
using GenBench.Core;

namespace GenBench.Data.Archives;

/// <summary>A file in an archive.</summary>
/// <param name="Name">Its path in the archive, relative and without <c>..</c>, with forward slashes.</param>
/// <param name="Length">Its length.</param>
/// <param name="Content">Its bytes, to be read before the next entry is visited; never more than <paramref name="Length"/>.</param>
internal sealed record ArchiveEntry(string Name, long Length, Stream Content);

/// <summary>
/// Reads the files of a <c>.tar.gz</c> or <c>.zip</c> in their order. An archive that holds links, devices, absolute
/// paths, <c>..</c>, a name twice, or more than the limits is refused.
/// </summary>
internal static class ArchiveFile
{
    private const int MaxEntries = 100_000;
    private const int UnixLink = 0xA000;
    private const int UnixTypeMask = 0xF000;

    /// <summary>Bytes that an archive may hold uncompressed.</summary>
    internal const long MaxBytes = 8L << 30;

    /// <summary>Visits the files whose names are wanted.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="wanted">Whether a file is to be visited; the others' content is skipped.</param>
    /// <param name="visit">What to do with it; it need not read the content to its end.</param>
    /// <exception cref="BadInputException">It cannot be read, or is refused.</exception>
    internal static void Read(string path, Func<string, bool> wanted, Action<ArchiveEntry> visit)
    {
        try
        {
            using var file = File.OpenRead(path);
            Read(file, path, wanted, visit);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static void Read(FileStream file, string path, Func<string, bool> wanted, Action<ArchiveEntry> visit)
    {
        var rules = new Rules(path);
        try
        {
            if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                ReadZip(file, path, rules, wanted, visit);
                return;
            }
            using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            TarReading.Read(content, path, rules, wanted, visit);
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{path}: is damaged before offset {file.Position}: {error.Message.ReplaceLineEndings(" ")}; fetch it again", error);
        }
    }

    private static void ReadZip(FileStream file, string path, Rules rules, Func<string, bool> wanted, Action<ArchiveEntry> visit)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries.Where(entry => !entry.FullName.EndsWith('/')))
        {
            if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink)
                throw new BadInputException($"{path}: '{entry.FullName}' is a link, which is not unpacked");
            var name = rules.Admit(entry.FullName, entry.Length);
            if (!wanted(name))
                continue;
            using var content = new EntryStream(entry.Open(), path, name, entry.Length);
            visit(new ArchiveEntry(name, entry.Length, content));
            if (content.Remaining == 0 && content.Crc != entry.Crc32)
                throw new BadInputException($"{path}: '{name}' is damaged: its CRC-32 is {content.Crc:x8}, not {entry.Crc32:x8}; fetch it again");
        }
    }

    /// <summary>What an archive may hold.</summary>
    internal sealed class Rules(string path)
    {
        private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        private long bytes;

        /// <summary>Admits a file and returns its name without <c>.</c> parts.</summary>
        internal string Admit(string name, long length)
        {
            var parts = name.Split('/').Where(part => part is not ("" or ".")).ToArray();
            if (parts.Length == 0 || name.StartsWith('/') || parts.Contains("..") || name.Any(letter => char.IsControl(letter) || letter is '\\' or ':'))
                throw new BadInputException($"{path}: holds a file named '{Printable(name)}', which could be written outside its folder; it is refused whole");
            var clean = string.Join('/', parts);
            if (!names.Add(clean))
                throw new BadInputException($"{path}: holds '{clean}' twice; it is refused whole");
            bytes += length < 0 ? throw new BadInputException($"{path}: '{clean}' has a length of {length}; fetch it again") : length;
            if (bytes > MaxBytes || bytes < 0 || names.Count > MaxEntries)
                throw new BadInputException($"{path}: holds more than {MaxEntries} files or {MaxBytes} bytes; it is refused whole");
            return clean;
        }

        private static string Printable(string name) => string.Concat(name.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
