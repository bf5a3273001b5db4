using System.Formats.Tar;
using System.IO.Compression;

namespace GenBench.Tests.Data;

/// <summary>Archives for tests, made by .NET's own writers.</summary>
internal static class ArchiveBytes
{
    public static byte[] TarGz(params ReadOnlySpan<(string Name, byte[] Content)> files) => IdxBytes.Gzip(Tar(TarEntryFormat.Gnu, files));

    public static byte[] Tar(TarEntryFormat format, params ReadOnlySpan<(string Name, byte[] Content)> files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
            foreach (var (name, content) in files)
                writer.WriteEntry(File(format, name, content));
        return stream.ToArray();
    }

    public static byte[] Tar(params ReadOnlySpan<TarEntry> entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        return stream.ToArray();
    }

    public static byte[] Zip(params ReadOnlySpan<(string Name, byte[] Content)> files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        return stream.ToArray();
    }

    private static TarEntry File(TarEntryFormat format, string name, byte[] content)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
            _ => new GnuTarEntry(TarEntryType.RegularFile, name),
        };
        entry.DataStream = new MemoryStream(content);
        return entry;
    }
}
