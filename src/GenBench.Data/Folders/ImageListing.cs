using System.IO.Enumeration;
using GenBench.Core;

namespace GenBench.Data.Folders;

/// <summary>A file of an image folder.</summary>
/// <param name="Name">Its path in the folder, with forward slashes.</param>
/// <param name="Length">Its length; a link's is that of its target.</param>
/// <param name="Modified">When it was last changed, in ticks of UTC; a link's is that of its target.</param>
public sealed record FolderFile(string Name, long Length, long Modified)
{
    /// <summary>Its label; −1 where there are none.</summary>
    internal int Label { get; init; } = -1;
}

/// <summary>The files in a folder and the folders below it, told apart by their names, in no order. Hidden files are left
/// out; links to files are followed, links to folders are not.</summary>
/// <param name="Images">Those that <see cref="ImageFile"/> reads.</param>
/// <param name="Others">The others.</param>
public sealed record ImageListing(IReadOnlyList<FolderFile> Images, IReadOnlyList<FolderFile> Others)
{
    private static readonly string[] Readable = [".png", ".jpg", ".jpeg", ".webp", ".bmp"];
    private static readonly string[] Unreadable = [".gif", ".tif", ".tiff", ".heic", ".avif", ".jp2", ".jxl", ".ppm", ".pgm", ".pnm"];

    /// <summary>The formats that are read, for messages.</summary>
    public const string Formats = "PNG, JPEG, WebP or BMP";

    /// <summary>Looks through a folder; no file is opened.</summary>
    /// <exception cref="BadInputException">It cannot be read, or holds an image of a format that is not read: leaving that
    /// out would be a lie.</exception>
    public static ImageListing Of(string folder)
    {
        var files = new FileSystemEnumerable<FolderFile>(folder, Describe, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            // A link to a folder above would never end.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        try
        {
            var byKind = files.ToLookup(file => IsImage(folder, file.Name));
            return new ImageListing([.. byKind[true]], [.. byKind[false]]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{folder}: cannot be read: {error.Message}", error);
        }
    }

    private static FolderFile Describe(ref FileSystemEntry entry)
    {
        var below = entry.Directory[entry.RootDirectory.Length..].TrimStart(Path.DirectorySeparatorChar);
        var name = Path.Join(below, entry.FileName).Replace(Path.DirectorySeparatorChar, '/');
        return entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && File.ResolveLinkTarget(entry.ToFullPath(), returnFinalTarget: true) is FileInfo { Exists: true } target
            ? new FolderFile(name, target.Length, target.LastWriteTimeUtc.Ticks)
            : new FolderFile(name, entry.Length, entry.LastWriteTimeUtc.UtcTicks);
    }

    private static bool IsImage(string folder, string name)
    {
        var extension = Path.GetExtension(name);
        return Readable.Contains(extension, StringComparer.OrdinalIgnoreCase)
            || (Unreadable.Contains(extension, StringComparer.OrdinalIgnoreCase)
                ? throw new BadInputException($"{Path.Combine(folder, name)}: {extension} files are not read; convert it to PNG, or move it out of the folder")
                : false);
    }
}
