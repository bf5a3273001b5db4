using System.Security.Cryptography;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Folders;

/// <summary>
/// The pixels of an image folder in one file: for train, validation and test what <see cref="DatasetChecksum"/> hashes
/// (shape, number of labels, pixels, labels), then the key of what was packed and the SHA-256 of all before. So the
/// stored hash is the dataset's checksum, and whoever verifies the one has the other.
/// </summary>
internal static class ImagePack
{
    /// <summary>Integers before the pixels of a split: N, C, H, W and the number of labels.</summary>
    internal const int HeaderBytes = 5 * sizeof(long);

    private const int HashBytes = 32;
    private const int TrailerBytes = 2 * HashBytes;
    private const int Chunk = 1 << 20;

    /// <summary>Opens the pack where it holds this and is whole; else null.</summary>
    /// <param name="path">The pack.</param>
    /// <param name="scan">What it must hold.</param>
    /// <param name="shape">Shape of an image.</param>
    internal static (IReadOnlyList<ImageSplit> Splits, string Checksum)? TryOpen(string path, ImageFolderScan scan, ImageShape shape)
    {
        var length = scan.Splits.Sum(split => SplitBytes(split, shape));
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != length + TrailerBytes || Verify(path, length, scan.Key) is not { } checksum)
            return null;
        using var scope = NewDisposeScope();
        var bytes = Map(path, file.Length);
        var splits = new List<ImageSplit>();
        var offset = 0L;
        foreach (var split in scan.Splits)
        {
            var pixels = bytes.narrow(0, offset + HeaderBytes, split.LongLength * shape.Dimensions);
            var labels = scan.ClassNames.Count == 0 ? null : tensor(Array.ConvertAll(split, image => (long)image.Label), ScalarType.Int64);
            splits.Add(new ImageSplit(
                pixels.view(split.Length, shape.Channels, shape.Height, shape.Width).DetachFromDisposeScope(), labels?.DetachFromDisposeScope())
            { Mapped = true });
            offset += SplitBytes(split, shape);
        }
        return (splits, checksum);
    }

    /// <summary>A file as a tensor, uint8 [length], whose pages are read when they are touched and dropped when memory is
    /// short. Shared: a private mapping larger than memory is refused by Linux, which reserves memory for writes to it.
    /// Nothing writes to a dataset; what did would be found by the checksum when the pack is opened again.</summary>
    internal static Tensor Map(string path, long length) => from_file(path, shared: true, size: length, dtype: ScalarType.Byte);

    /// <summary>Packs images into a file that appears when it is whole.</summary>
    /// <param name="path">The pack.</param>
    /// <param name="scan">What it is to hold.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="pixels">Gives the pixels of a split, image after image, in pieces.</param>
    internal static void Write(string path, ImageFolderScan scan, ImageShape shape, Func<FolderFile[], IEnumerable<ReadOnlyMemory<byte>>> pixels)
    {
        var aside = $"{path}.tmp";
        try
        {
            using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None))
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                foreach (var split in scan.Splits)
                {
                    var labels = scan.ClassNames.Count == 0 ? [] : Array.ConvertAll(split, image => (long)image.Label);
                    Append(Integers(split.Length, shape.Channels, shape.Height, shape.Width, labels.Length));
                    foreach (var piece in pixels(split))
                        Append(piece.Span);
                    Append(Integers(labels));
                }
                file.Write(scan.Key);
                file.Write(hash.GetHashAndReset());
                file.Flush(flushToDisk: true);

                void Append(ReadOnlySpan<byte> bytes)
                {
                    file.Write(bytes);
                    hash.AppendData(bytes);
                }
            }
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Bytes of the whole file.</summary>
    internal static long Bytes(ImageFolderScan scan, ImageShape shape) => scan.Splits.Sum(split => SplitBytes(split, shape)) + TrailerBytes;

    private static long SplitBytes(FolderFile[] split, ImageShape shape) =>
        HeaderBytes + split.LongLength * shape.Dimensions + split.Count(image => image.Label >= 0) * sizeof(long);

    private static byte[] Integers(params ReadOnlySpan<long> values)
    {
        var bytes = new byte[sizeof(long) * values.Length];
        for (var i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), values[i]);
        return bytes;
    }

    /// <summary>The hash of the first <paramref name="length"/> bytes where key and hash at the end agree; else null.</summary>
    private static string? Verify(string path, long length, byte[] key)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var trailer = new byte[TrailerBytes];
        file.Seek(length, SeekOrigin.Begin);
        file.ReadExactly(trailer);
        if (!trailer.AsSpan(0, HashBytes).SequenceEqual(key))
            return null;
        file.Seek(0, SeekOrigin.Begin);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Chunk];
        for (var rest = length; rest > 0;)
        {
            var count = file.Read(buffer, 0, (int)Math.Min(rest, Chunk));
            if (count == 0)
                return null;
            hash.AppendData(buffer, 0, count);
            rest -= count;
        }
        var found = hash.GetHashAndReset();
        return found.AsSpan().SequenceEqual(trailer.AsSpan(HashBytes)) ? Convert.ToHexStringLower(found) : null;
    }
}
