using System.Buffers.Binary;
using System.IO.Compression;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Experiments.Results;

/// <summary>
/// Reads and writes <c>.npz</c> files: images as <c>arr_0</c>, uint8 [N, H, W, C], with <c>arr_1</c>, int64 [N], where there are
/// labels; real values in the same place as float32; and named arrays of numbers. Equal content gives equal bytes; no length that a file claims is believed before it is
/// verified.
/// </summary>
public static class NpzFile
{
    private const string LabelsName = "arr_1";
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the earliest that zip can say

    /// <summary>Writes images that are all in memory; atomically.</summary>
    /// <exception cref="ArgumentException">The pixels are not n·h·w·c bytes.</exception>
    public static void WriteImages(string path, ReadOnlyMemory<byte> pixels, int n, int h, int w, int c) => WriteImages(path, [pixels], n, h, w, c);

    /// <summary>Writes images chunk by chunk, so that they need never be in memory together, and their labels; atomically.</summary>
    /// <exception cref="ArgumentException">The chunks do not add up to n·h·w·c bytes, or the labels are not n.</exception>
    public static void WriteImages(
        string path, IEnumerable<ReadOnlyMemory<byte>> chunks, int n, int h, int w, int c, IReadOnlyList<long>? labels = null) => AtomicFile.Write(path, stream =>
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        WriteArray(zip, NpzImages.ArrayName, new NpyHeader("|u1", FortranOrder: false, [n, h, w, c]), chunks, (long)n * h * w * c);
        WriteLabels(zip, labels, n);
    });

    /// <summary>Writes real values, not compressed, and their labels; atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">float32 [N, C, H, W]; written as [N, C] where height and width are 1.</param>
    /// <param name="labels">A class for each, or null.</param>
    /// <exception cref="ArgumentException">The labels are not N.</exception>
    public static void WriteReals(string path, Tensor values, IReadOnlyList<long>? labels = null) => AtomicFile.Write(path, stream =>
    {
        using var scope = NewDisposeScope();
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (var array = Create(zip, NpzImages.ArrayName, CompressionLevel.NoCompression))
            NpyFloats.Write(array, values.shape is [_, _, 1, 1] ? values.flatten(1) : values);
        WriteLabels(zip, labels, values.shape[0]);
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

    /// <summary>Reads a file of real values: float32 [N, C, H, W], [N, D, 1, 1] where it holds vectors; the caller owns it.</summary>
    /// <exception cref="BadInputException">The file is missing, or is not a whole zip with such an array <c>arr_0</c>.</exception>
    public static Tensor ReadReals(string path) => Refusal.Of(path, "no .npz of real values", "it needs an array arr_0, float32 [N, D] or [N, C, H, W]", () =>
    {
        using var archive = new NpzArchive(path);
        var array = archive.Find(NpzImages.ArrayName);
        if (array.Header is not { Descr: "<f4", FortranOrder: false, Shape: [> 0, > 0] or [> 0, > 0, > 0, > 0] })
            throw new InvalidDataException($"{NpzImages.ArrayName} is {array.Header}");
        array.Verify();
        using var data = array.OpenData();
        using var scope = NewDisposeScope();
        var values = NpyFloats.Read(data, array.Header, array.DataLength);
        return (values.ndim == 2 ? values.unsqueeze(-1).unsqueeze(-1) : values).MoveToOuterDisposeScope();
    });

    /// <summary>Reads the labels of a file of images, one an image; null where it has none.</summary>
    /// <exception cref="BadInputException">The file is missing, or its <c>arr_1</c> is no whole int64 [N].</exception>
    public static long[]? ReadLabels(string path) => Refusal.Of<long[]?>(path, "no labels of images", "they need to be an array arr_1, int64 [N]", () =>
    {
        using var archive = new NpzArchive(path);
        if (!archive.Names.Contains(LabelsName))
            return null;
        var array = archive.Find(LabelsName);
        if (array.Header is not { Descr: "<i8", Shape: [_] } || checked(array.Header.Elements * sizeof(long)) != array.DataLength)
            throw new InvalidDataException($"{LabelsName} is {array.Header} of {array.DataLength} bytes");
        array.Verify();
        var bytes = new byte[array.DataLength];
        using var data = array.OpenData();
        data.ReadExactly(bytes);
        return [.. Enumerable.Range(0, (int)array.Header.Elements).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(sizeof(long) * i)))];
    });

    private static void WriteLabels(ZipArchive zip, IReadOnlyList<long>? labels, long n)
    {
        if (labels is null)
            return;
        var bytes = new byte[sizeof(long) * labels.Count];
        for (var i = 0; i < labels.Count; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), labels[i]);
        WriteArray(zip, LabelsName, new NpyHeader("<i8", FortranOrder: false, [n]), [bytes], sizeof(long) * n);
    }

    private static void WriteArray(ZipArchive zip, string name, NpyHeader header, IEnumerable<ReadOnlyMemory<byte>> chunks, long length)
    {
        using var array = Create(zip, name, CompressionLevel.Optimal);
        array.Write(header.ToBytes());
        var written = 0L;
        foreach (var chunk in chunks)
        {
            written += chunk.Length;
            array.Write(chunk.Span);
        }
        if (written != length)
            throw new ArgumentException($"{name} is {header}, {length} bytes, not {written}", nameof(chunks));
    }

    private static Stream Create(ZipArchive zip, string name, CompressionLevel level)
    {
        var entry = zip.CreateEntry($"{name}.npy", level);
        entry.LastWriteTime = Epoch;
        return entry.Open();
    }
}
