using System.Formats.Tar;
using System.IO.Compression;
using GenBench.Core;
using GenBench.Data.Archives;

namespace GenBench.Tests.Data.Archives;

public sealed class ArchiveTests : IDisposable
{
    private static readonly (string Name, byte[] Content)[] Files =
        [("set/a.bin", IdxBytes.Ramp(70_000)), ("set/empty", []), ($"set/{new string('n', 120)}/b", IdxBytes.Ramp(512)), ("./c", [7])];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Target => Path.Combine(folder.Path, "target");

    private string Refusal(string name, byte[] archive)
    {
        var path = folder.Write(name, archive);
        var message = Assert.Throws<BadInputException>(() => ArchiveExtraction.Extract(path, Target, null)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target) && Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Any(), "something was written");
        return message;
    }

    public static TheoryData<string, byte[]> Whole => new()
    {
        { "x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(TarEntryFormat.Ustar, Files)) },
        { "x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(TarEntryFormat.Gnu, Files)) },
        { "x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(TarEntryFormat.Pax, Files)) },
        { "x.zip", ArchiveBytes.Zip(Files) },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void What_was_packed_is_unpacked(string name, byte[] archive)
    {
        var written = ArchiveExtraction.Extract(folder.Write(name, archive), Target, null);
        Assert.Equal(Files.Length, written.Count);
        foreach (var (file, content) in Files)
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(Target, file)));
        Assert.Equal(Files.Length, Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Count());
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/evil")]
    [InlineData("a\\..\\evil")]
    [InlineData("C:/evil")]
    [InlineData("a\u0001b")]
    public void A_name_that_leads_elsewhere_is_refused_before_anything_is_written(string name)
    {
        Assert.Contains("outside its folder", Refusal("x.zip", ArchiveBytes.Zip(("good", [1]), (name, [2]))), StringComparison.Ordinal);
        Assert.Contains("outside its folder", Refusal("x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(TarEntryFormat.Gnu, ("good", [1]), (name, [2])))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.Fifo)]
    public void Links_and_devices_are_refused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "link");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            entry.LinkName = "/etc/passwd";
        Assert.Contains("link or device", Refusal("x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(entry))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_a_zip_is_refused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("link").ExternalAttributes = unchecked((int)0xA1FF0000);
        Assert.Contains("is a link", Refusal("x.zip", stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_stood_in_the_folder_is_not_followed()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(folder.Path, "elsewhere")).FullName;
        Directory.CreateDirectory(Target);
        Directory.CreateSymbolicLink(Path.Combine(Target, "set"), elsewhere);
        var path = folder.Write("x.zip", ArchiveBytes.Zip(("set/a", [1])));
        Assert.Contains("through the link", Assert.Throws<BadInputException>(() => ArchiveExtraction.Extract(path, Target, null)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(elsewhere));
    }

    [Fact]
    public void A_name_twice_is_refused() =>
        Assert.Contains("twice", Refusal("x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(TarEntryFormat.Gnu, ("a/b", [1]), ("./A/B", [2])))), StringComparison.Ordinal);

    [Fact]
    public void More_than_the_disk_or_the_limit_holds_is_refused_before_anything_is_written()
    {
        // A header of a plain file of 8 GiB and one byte, then nothing.
        var tar = ArchiveBytes.Tar(TarEntryFormat.Ustar, ("huge", [1]));
        "100000000001"u8.CopyTo(tar.AsSpan(124));
        var sum = tar.Take(512).Select((value, i) => i is >= 148 and < 156 ? 32 : value).Sum();
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(tar, 148);
        Assert.Contains("holds more than", Refusal("x.tar.gz", IdxBytes.Gzip(tar)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_claims_a_large_extension_allocates_nothing()
    {
        var tar = ArchiveBytes.Tar(TarEntryFormat.Gnu, ($"{new string('n', 120)}", [1]));
        Assert.Equal((byte)'L', tar[156]);
        "07777777777"u8.CopyTo(tar.AsSpan(124));
        var sum = tar.Take(512).Select((value, i) => i is >= 148 and < 156 ? 32 : value).Sum();
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(tar, 148);
        var path = folder.Write("x.tar.gz", IdxBytes.Gzip(tar));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("claims 1073741823 bytes", Assert.Throws<BadInputException>(() => ArchiveFile.Read(path, _ => true, _ => { })).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_cut_archive_is_refused_wherever_it_was_cut()
    {
        var tar = ArchiveBytes.Tar(TarEntryFormat.Gnu, ("a", IdxBytes.Ramp(700)), ("b", [1]));
        foreach (var length in new[] { 0, 100, 512, 900, 512 + 700, 1536, 2048, 2049 })
            Assert.Contains("ends at offset", Refusal("x.tar.gz", IdxBytes.Gzip(tar[..length])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_whose_bytes_are_not_those_of_its_checksum_is_refused()
    {
        // Stored, so that a flipped bit is no error of the compression.
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("a", CompressionLevel.NoCompression).Open();
            entry.Write("genuine"u8);
        }
        var bytes = stream.ToArray();
        bytes[bytes.AsSpan().IndexOf("genuine"u8)] ^= 1;
        var path = folder.Write("x.zip", bytes);
        Assert.Contains("CRC-32", Assert.Throws<BadInputException>(() => ArchiveExtraction.Extract(path, Target, null)).Message, StringComparison.Ordinal);
    }
}
