using System.Globalization;
using GenBench.Core;

namespace GenBench.Data.Publishing;

/// <summary>Room on the disk, asked for before it is used.</summary>
internal static class DiskSpace
{
    /// <exception cref="BadInputException">The disk of <paramref name="folder"/> has less room.</exception>
    internal static void Require(string folder, long bytes, string purpose, Func<string, long>? freeSpace = null)
    {
        var free = freeSpace is null ? Free(folder) : freeSpace(folder);
        if (free < bytes)
            throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"{purpose}: needs {bytes / 1e6:0.0} MB in {folder}, where {free / 1e6:0.0} MB are free; make room or choose another folder"));
    }

    /// <summary>Free bytes on the disk of the nearest folder that is there.</summary>
    private static long Free(string folder)
    {
        var there = new DirectoryInfo(Path.GetFullPath(folder));
        while (!there.Exists && there.Parent is { } parent)
            there = parent;
        return new DriveInfo(there.FullName).AvailableFreeSpace;
    }
}
