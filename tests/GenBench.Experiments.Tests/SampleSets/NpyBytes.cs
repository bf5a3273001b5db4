using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace GenBench.Tests.SampleSets;

/// <summary>Builds <c>.npy</c> and <c>.npz</c> files byte by byte, as NEP 1 lays them out and as no honest program would.</summary>
internal static class NpyBytes
{
    internal static string Header(string descr, bool fortran, string shape) =>
        $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({shape}), }}";

    /// <summary>A header, true or not, and data behind it.</summary>
    internal static byte[] Of(string header, byte[] data)
    {
        var padded = header.PadRight(header.Length + 63 - (header.Length + 10) % 64) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, (byte)(padded.Length >> 8), .. Encoding.Latin1.GetBytes(padded), .. data];
    }

    /// <summary>Elements in little-endian order.</summary>
    internal static byte[] Data<T>(params T[] elements)
        where T : struct => MemoryMarshal.AsBytes(elements.AsSpan()).ToArray();

    /// <summary>The same in big-endian order.</summary>
    internal static byte[] Reversed<T>(params T[] elements)
        where T : struct => [.. elements.SelectMany(element => Enumerable.Reverse(Data(element)))];

    /// <summary>A zip of arrays, whose lengths and checksums are right whatever the arrays are.</summary>
    internal static byte[] Zip(CompressionLevel level, params (string Name, byte[] Array)[] arrays)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, array) in arrays)
            {
                using var entry = zip.CreateEntry($"{name}.npy", level).Open();
                entry.Write(array);
            }
        return file.ToArray();
    }
}
