using System.Buffers.Binary;
using System.IO.Compression;
using GenBench.Core;
using ICSharpCode.SharpZipLib.Checksum;

namespace GenBench.Experiments.Results;

/// <summary>8-bit images in the layout that NumPy and guided-diffusion's evaluator use.</summary>
/// <param name="Pixels">[N, H, W, C], row-major.</param>
/// <param name="Count">Number of images N.</param>
/// <param name="Height">Height H in pixels.</param>
/// <param name="Width">Width W in pixels.</param>
/// <param name="Channels">1 for gray, 3 for RGB.</param>
public sealed record ImageArray(byte[] Pixels, int Count, int Height, int Width, int Channels);

/// <summary>
/// Reads and writes images as <c>.npz</c>: a zip with the array <c>arr_0</c>, uint8 [N, H, W, C], and <c>arr_1</c>, int64
/// [N], where there are labels. Equal images give equal bytes; no length that the file claims is believed before it is
/// checked against the file's size.
/// </summary>
public static class NpzFile
{
    private const string ImagesEntry = "arr_0.npy";
    private const string LabelsEntry = "arr_1.npy";
    private const int DeflateLimit = 1032; // no deflate stream expands further
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
        var written = WriteArray(zip, ImagesEntry, new NpyHeader("|u1", FortranOrder: false, [n, h, w, c]), chunks);
        if (written != (long)n * h * w * c)
            throw new ArgumentException($"{n}x{h}x{w}x{c} images are {(long)n * h * w * c} bytes, not {written}", nameof(chunks));
        if (labels is null)
            return;
        if (labels.Count != n)
            throw new ArgumentException($"{n} images have {n} labels, not {labels.Count}", nameof(labels));
        var bytes = new byte[sizeof(long) * n];
        for (var i = 0; i < n; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), labels[i]);
        WriteArray(zip, LabelsEntry, new NpyHeader("<i8", FortranOrder: false, [n]), [bytes]);
    });

    /// <returns>The number of bytes behind the header.</returns>
    private static long WriteArray(ZipArchive zip, string name, NpyHeader header, IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = Epoch;
        using var array = entry.Open();
        array.Write(header.ToBytes());
        var written = 0L;
        foreach (var chunk in chunks)
        {
            written += chunk.Length;
            array.Write(chunk.Span);
        }
        return written;
    }

    /// <summary>Reads a file of images.</summary>
    /// <exception cref="BadInputException">The file is missing, or is not a whole zip with a uint8 [N, H, W, C] array <c>arr_0</c>.</exception>
    public static ImageArray ReadImages(string path) => Read(path, (zip, fileLength) =>
    {
        var (header, data) = ReadArray(zip, ImagesEntry, fileLength) ?? throw new InvalidDataException("no arr_0 in it");
        if (header is not { Descr: "|u1" or "<u1" or "u1", FortranOrder: false, Shape: [_, > 0, > 0, 1 or 3] })
            throw new InvalidDataException($"arr_0 is {Describe(header)}");
        if (header.Elements != data.Length)
            throw new InvalidDataException($"arr_0 has {data.Length} bytes of data where its shape asks for {header.Elements}");
        var (n, h, w, c) = (header.Shape[0], header.Shape[1], header.Shape[2], header.Shape[3]);
        return new ImageArray(data, checked((int)n), checked((int)h), checked((int)w), (int)c);
    });

    /// <summary>Reads the labels of a file of images, one an image; null where it has none.</summary>
    /// <exception cref="BadInputException">The file is missing, or its <c>arr_1</c> is no whole int64 [N].</exception>
    public static long[]? ReadLabels(string path) => Read<long[]?>(path, (zip, fileLength) =>
    {
        if (ReadArray(zip, LabelsEntry, fileLength) is not var (header, data))
            return null;
        if (header is not { Descr: "<i8", Shape: [_] } || checked(header.Elements * sizeof(long)) != data.Length)
            throw new InvalidDataException($"arr_1 is {Describe(header)} of {data.Length} bytes, not <i8 [N]");
        return Enumerable.Range(0, (int)header.Elements).Select(i => BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(sizeof(long) * i))).ToArray();
    });

    private static T Read<T>(string path, Func<ZipArchive, long, T> read)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return read(zip, stream.Length);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or OverflowException or NotSupportedException or ArgumentException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: no .npz of images: {error.Message.Split('\n')[0]}; it needs an array arr_0, uint8 [N, H, W, C]", error);
        }
    }

    /// <summary>An array's header and data, or null where there is none of that name.</summary>
    private static (NpyHeader Header, byte[] Data)? ReadArray(ZipArchive zip, string name, long fileLength)
    {
        if (zip.GetEntry(name) is not { } entry)
            return null;
        if (entry.CompressedLength > fileLength || entry.Length > 1024 + DeflateLimit * entry.CompressedLength)
            throw new InvalidDataException($"an array of {entry.Length} bytes does not fit the file");
        var bytes = new byte[entry.Length];
        using var data = entry.Open();
        if (data.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"{name} ends too early");
        var checksum = new Crc32(); // .NET's zip reader does not compare it
        checksum.Update(bytes);
        if (checksum.Value != entry.Crc32)
            throw new InvalidDataException($"the checksum of {name} is wrong");
        using var array = new MemoryStream(bytes);
        return (NpyHeader.Read(array), bytes[(int)array.Position..]);
    }

    private static string Describe(NpyHeader header) =>
        $"{header.Descr} [{string.Join(", ", header.Shape)}]{(header.FortranOrder ? " in Fortran order" : "")}";
}
