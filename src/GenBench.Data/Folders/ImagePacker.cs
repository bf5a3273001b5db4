using System.Collections.Concurrent;
using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data.Folders;

/// <summary>Decodes and resizes the images of a folder, in parallel, into an <see cref="ImagePack"/>.</summary>
/// <param name="scan">The images.</param>
/// <param name="shape">Shape of an image.</param>
/// <param name="filter">How to resize.</param>
/// <param name="progress">Told how many images are packed, or null.</param>
internal sealed class ImagePacker(ImageFolderScan scan, ImageShape shape, string filter, IProgress<DataProgress>? progress)
{
    private const int PieceBytes = 16 << 20;
    private const int Named = 5;
    private readonly ConcurrentBag<(string Name, string Reason)> refused = [];
    private readonly long total = scan.Splits.Sum(split => split.LongLength);
    private long done;

    /// <summary>Writes the pack.</summary>
    /// <exception cref="BadInputException">Files cannot be decoded: their number, the first few, and where all are listed.</exception>
    internal void Write(string path)
    {
        DiskSpace.Require(Path.GetDirectoryName(path)!, ImagePack.Bytes(scan, shape), "packing " + scan.Root);
        var list = $"{path}.refused.txt";
        File.Delete(list);
        ImagePack.Write(path, scan, shape, split => Pieces(split, list));
    }

    private IEnumerable<ReadOnlyMemory<byte>> Pieces(FolderFile[] split, string list)
    {
        var decoder = new SquareDecoder(shape, filter);
        var size = Math.Clamp(PieceBytes / shape.Dimensions, 1, Math.Max(1, split.Length));
        var buffer = new byte[size * shape.Dimensions];
        for (var first = 0; first < split.Length; first += size)
        {
            var count = Math.Min(size, split.Length - first);
            Parallel.For(0, count, i => Decode(decoder, split[first + i], buffer.AsSpan(i * shape.Dimensions, shape.Dimensions)));
            yield return buffer.AsMemory(0, count * shape.Dimensions);
        }
        // All splits are looked at before the files are named, so that one run names them all.
        if (ReferenceEquals(split, scan.Splits[^1]) && !refused.IsEmpty)
            throw Refusal(list);
    }

    private void Decode(SquareDecoder decoder, FolderFile image, Span<byte> target)
    {
        try
        {
            decoder.Decode(Path.Combine(scan.Root, image.Name), target);
        }
        catch (BadInputException error)
        {
            refused.Add((image.Name, error.Message));
        }
        var count = Interlocked.Increment(ref done);
        if (count % 256 == 0 || count == total)
            progress?.Report(new DataProgress($"packing {Path.GetFileName(scan.Root)}", count, total, "images"));
    }

    private BadInputException Refusal(string list)
    {
        var all = refused.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => file.Reason).ToArray();
        File.WriteAllLines(list, all);
        var rest = all.Length > Named ? $"; and {all.Length - Named} more, all in {list}" : "";
        return new BadInputException($"{scan.Root}: {all.Length} of {total} images cannot be used: {string.Join("; ", all.Take(Named))}{rest}; repair or remove them");
    }
}
