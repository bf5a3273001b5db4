using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data.Archives;

/// <summary>Unpacks archives into a folder and never outside it.</summary>
public static class ArchiveExtraction
{
    /// <summary>Unpacks a <c>.tar.gz</c> or <c>.zip</c>; each file is written aside and renamed.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="progress">Told the bytes written, or null.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="BadInputException">The archive is damaged or holds what could be written elsewhere, or the disk is too small.</exception>
    public static IReadOnlyList<string> Extract(string archive, string folder, IProgress<DataProgress>? progress)
    {
        var (root, written, bytes) = (Path.GetFullPath(folder), new List<string>(), 0L);
        // A first pass finds what must be refused before anything is written, and the room it takes.
        var needed = 0L;
        ArchiveFile.Read(archive, _ => true, entry => needed += entry.Length);
        DiskSpace.Require(root, needed, archive);
        ArchiveFile.Read(archive, _ => true, entry =>
        {
            var target = Path.Combine(root, entry.Name);
            RefuseLinks(archive, root, entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Write(entry, target);
            written.Add(target);
            progress?.Report(new DataProgress($"unpacking {Path.GetFileName(archive)}", bytes += entry.Length, needed, "bytes"));
        });
        return written;
    }

    /// <summary>A link that stood in the folder before could lead out of it.</summary>
    private static void RefuseLinks(string archive, string root, string name)
    {
        var path = root;
        foreach (var part in name.Split('/'))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
                throw new BadInputException($"{archive}: '{name}' would be written through the link {path}; remove the link");
        }
    }

    private static void Write(ArchiveEntry entry, string target)
    {
        var aside = target + Downloader.PartSuffix;
        try
        {
            using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None))
                entry.Content.CopyTo(file);
            File.Move(aside, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{target}: cannot be written: {error.Message}", error);
        }
        finally
        {
            File.Delete(aside);
        }
    }
}
