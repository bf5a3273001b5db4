using System.IO.Compression;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Experiments.Results;

/// <summary>
/// Reads and writes <c>.npz</c> files: images as <c>arr_0</c>, uint8 [N, H, W, C], and named arrays of numbers. Equal content
/// gives equal bytes; no length that a file claims is believed before it is verified.
/// </summary>
public static class NpzFile
{
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the earliest that zip can say

    /// <summary>Writes images that are all in memory; atomically.</summary>
    /// <exception cref="ArgumentException">The pixels are not n·h·w·c bytes.</exception>
    public static void WriteImages(string path, ReadOnlyMemory<byte> pixels, int n, int h, int w, int c) => WriteImages(path, [pixels], n, h, w, c);

    /// <summary>Writes images chunk by chunk, so that they need never be in memory together; atomically.</summary>
    /// <exception cref="ArgumentException">The chunks do not add up to n·h·w·c bytes.</exception>
    public static void WriteImages(string path, IEnumerable<ReadOnlyMemory<byte>> chunks, int n, int h, int w, int c) => AtomicFile.Write(path, stream =>
    {
        var header = new NpyHeader("|u1", FortranOrder: false, [n, h, w, c]);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using var array = Create(zip, NpzImages.ArrayName, CompressionLevel.Optimal);
        array.Write(header.ToBytes());
        var missing = header.Elements;
        foreach (var chunk in chunks)
        {
            missing -= chunk.Length;
            array.Write(chunk.Span);
        }
        if (missing != 0)
            throw new ArgumentException($"{n}x{h}x{w}x{c} images are {header.Elements} bytes, not {header.Elements - missing}", nameof(chunks));
    });

    /// <summary>Writes arrays of float32 or float64, not compressed; atomically.</summary>
    public static void WriteArrays(string path, params IEnumerable<(string Name, Tensor Value)> arrays) => AtomicFile.Write(path, stream =>
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, value) in arrays)
        {
            using var array = Create(zip, name, CompressionLevel.NoCompression);
            NpyFloats.Write(array, value);
        }
    });

    /// <summary>Reads a file of images.</summary>
    /// <exception cref="BadInputException">The file is missing, or is not a whole zip with a uint8 [N, H, W, C] array <c>arr_0</c>.</exception>
    public static ImageArray ReadImages(string path) => Refusal.Of(path, "no .npz of images", "it needs an array arr_0, uint8 [N, H, W, C]", () =>
    {
        using var images = NpzImages.Open(path);
        return images.Batches(images.Count).Single();
    });

    private static Stream Create(ZipArchive zip, string name, CompressionLevel level)
    {
        var entry = zip.CreateEntry($"{name}.npy", level);
        entry.LastWriteTime = Epoch;
        return entry.Open();
    }
}
