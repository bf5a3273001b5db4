using System.Formats.Tar;
using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Archives;
using GenBench.Data.Publishing;

namespace GenBench.Tests.Data;

/// <summary>Files damaged at random: read, or refused in one line, quickly and with no more memory than they justify.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Rounds = 400;

    /// <summary>Bytes that may be allocated for a file of a few kilobytes: buffers, and what its deflate streams can hold.</summary>
    private const long Bound = 8 << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Survives(string name, byte[] whole, Action<string> read, int rounds = Rounds)
    {
        var started = Environment.CpuUsage.TotalTime; // no clock: others may share the processors
        read(folder.Write(name, whole));
        var refused = 0;
        foreach (var damaged in Mutations.Of(whole, rounds, seed: whole.Length))
        {
            var path = folder.Write(name, damaged);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (Record.Exception(() => read(path)) is { } error)
            {
                Assert.True(error is BadInputException, $"{error}");
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Bound);
        }
        Assert.InRange(refused, rounds / 4, rounds);
        Assert.InRange((Environment.CpuUsage.TotalTime - started).TotalSeconds, 0, 20);
    }

    private static void Unpack(string path) => ArchiveFile.Read(path, _ => true, entry => entry.Content.CopyTo(Stream.Null));

    private static (string, byte[])[] Files => [("set/one.bin", IdxBytes.Ramp(3000)), ("set/two.bin", IdxBytes.Ramp(700)), ($"set/{new string('n', 120)}/b", [1, 2, 3])];

    [Fact]
    public void Idx() => Survives("x", IdxBytes.Of([4, 9, 7], IdxBytes.Ramp(252)), path => IdxFile.Read(path, 3));

    [Fact]
    public void Compressed_idx() => Survives("x.gz", IdxBytes.Gzip(IdxBytes.Of([4, 9, 7], IdxBytes.Ramp(252))), path => IdxFile.Read(path, 3));

    [Fact]
    public void Cifar()
    {
        var options = new CifarPartialOptions { Validation = 0, Resolution = 8 };
        folder.Write("cifar10-partial/test.bin", CifarTests.Records(1));
        Survives("cifar10-partial/train.bin", CifarTests.Records(2), _ => Cifar10Partial.Open(options, folder.Path).Dispose(), rounds: 150);
    }

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void Tar_under_whole_compression(TarEntryFormat format)
    {
        // Damage to the compressed bytes rarely reaches the tar reader, so here the damaged tar is compressed afterwards.
        var name = "x.tar.gz";
        Survives("x.tar", ArchiveBytes.Tar(format, Files), path =>
        {
            var packed = folder.Write(name, IdxBytes.Gzip(File.ReadAllBytes(path)));
            try
            {
                Unpack(packed);
            }
            catch (BadInputException error)
            {
                throw new BadInputException(error.Message.Replace(name, "x.tar", StringComparison.Ordinal));
            }
        });
    }

    [Fact]
    public void Compressed_tar() => Survives("x.tar.gz", ArchiveBytes.TarGz(Files), Unpack);

    [Fact]
    public void Zip() => Survives("x.zip", ArchiveBytes.Zip(Files), Unpack, rounds: 800);

    [Fact]
    public void Verification_says_what_it_can()
    {
        var content = IdxBytes.Of([4, 9, 7], IdxBytes.Ramp(252));
        var file = IdxFile.Published("x.gz", null, null, IdxBytes.Md5(content), 4, 9, 7);
        var seen = new HashSet<FileState>();
        foreach (var damaged in Mutations.Of(IdxBytes.Gzip(content), Rounds, seed: 3))
        {
            folder.Write("x.gz", damaged);
            var verdict = PublicationCheck.Check(folder.Path, file);
            seen.Add(verdict.State);
            // Whatever passes for the published content is read as it.
            if (verdict.State == FileState.Recompressed)
                Assert.Equal(file.ContentMd5, IdxFile.Read(verdict.Path, 3).Md5());
        }
        Assert.Superset(new HashSet<FileState> { FileState.Partial, FileState.Wrong }, seen);
        Assert.DoesNotContain(FileState.Unknown, seen);
    }
}
