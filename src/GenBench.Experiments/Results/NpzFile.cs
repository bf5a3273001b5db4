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
/// Reads and writes images as <c>.npz</c>: a zip with the array <c>arr_0</c>, uint8 [N, H, W, C]. Equal images give
/// equal bytes; no length that the file claims is believed before it is checked against the file's size.
/// </summary>
public static class NpzFile
{
    private const string EntryName = "arr_0.npy";
    private const int DeflateLimit = 1032; // no deflate stream expands further
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
        var entry = zip.CreateEntry(EntryName, CompressionLevel.Optimal);
        entry.LastWriteTime = Epoch;
        using var array = entry.Open();
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

    /// <summary>Reads a file of images.</summary>
    /// <exception cref="BadInputException">The file is missing, or is not a whole zip with a uint8 [N, H, W, C] array <c>arr_0</c>.</exception>
    public static ImageArray ReadImages(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return Read(zip, stream.Length);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or OverflowException or NotSupportedException or ArgumentException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: no .npz of images: {error.Message.Split('\n')[0]}; it needs an array arr_0, uint8 [N, H, W, C]", error);
        }
    }

    private static ImageArray Read(ZipArchive zip, long fileLength)
    {
        var entry = zip.GetEntry(EntryName) ?? throw new InvalidDataException("no arr_0 in it");
        if (entry.CompressedLength > fileLength || entry.Length > 1024 + DeflateLimit * entry.CompressedLength)
            throw new InvalidDataException($"an array of {entry.Length} bytes does not fit the file");
        var bytes = new byte[entry.Length];
        using var data = entry.Open();
        if (data.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("arr_0 ends too early");
        var checksum = new Crc32(); // .NET's zip reader does not compare it
        checksum.Update(bytes);
        if (checksum.Value != entry.Crc32)
            throw new InvalidDataException("the checksum of arr_0 is wrong");
        using var array = new MemoryStream(bytes);
        var header = NpyHeader.Read(array);
        if (header is not { Descr: "|u1" or "<u1" or "u1", FortranOrder: false, Shape: [_, > 0, > 0, 1 or 3] })
            throw new InvalidDataException($"arr_0 is {header.Descr} [{string.Join(", ", header.Shape)}]{(header.FortranOrder ? " in Fortran order" : "")}");
        if (header.Elements != array.Length - array.Position)
            throw new InvalidDataException($"arr_0 has {array.Length - array.Position} bytes of data where its shape asks for {header.Elements}");
        var (n, h, w, c) = (header.Shape[0], header.Shape[1], header.Shape[2], header.Shape[3]);
        return new ImageArray(bytes[(int)array.Position..], checked((int)n), checked((int)h), checked((int)w), (int)c);
    }
}
