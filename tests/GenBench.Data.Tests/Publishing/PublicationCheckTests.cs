using GenBench.Data;
using GenBench.Data.Publishing;

namespace GenBench.Tests.Data.Publishing;

public sealed class PublicationCheckTests : IDisposable
{
    private static readonly byte[] Content = IdxBytes.Of([30, 28, 28], IdxBytes.Ramp(30 * 784));
    private static readonly byte[] Official = IdxBytes.Gzip(Content);

    private static readonly PublishedFile Known =
        IdxFile.Published("images.gz", Official.Length, IdxBytes.Md5(Official), IdxBytes.Md5(Content), 30, 28, 28);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private FileState State(string name, byte[] bytes, PublishedFile? file = null)
    {
        var path = folder.Write(name, bytes);
        var verdict = PublicationCheck.Check(folder.Path, file ?? Known);
        Assert.Equal(path, verdict.Path);
        File.Delete(path);
        return verdict.State;
    }

    private static byte[] Fastest(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.NoCompression))
            gzip.Write(content);
        return stream.ToArray();
    }

    [Fact]
    public void Genuine_recompressed_partial_and_wrong_are_told_apart()
    {
        Assert.Equal(FileState.Genuine, State("images.gz", Official));
        Assert.Equal(FileState.Genuine, State("images", Content));
        Assert.Equal(FileState.Recompressed, State("images.gz", Fastest(Content)));
        Assert.Equal(FileState.Partial, State("images.gz", Official[..^200]));
        Assert.Equal(FileState.Partial, State("images.gz", Fastest(Content)[..^3]));
        Assert.Equal(FileState.Partial, State("images", Content[..1000]));
        folder.Write("images.gz.part", Official[..100]);
        Assert.Equal(FileState.Partial, PublicationCheck.Check(folder.Path, Known).State);
        File.Delete(Path.Combine(folder.Path, "images.gz.part"));
        byte[] other = [.. Content];
        other[5000] ^= 1;
        Assert.Equal(FileState.Wrong, State("images", other));
        Assert.Equal(FileState.Wrong, State("images.gz", IdxBytes.Gzip(other)));
        Assert.Equal(FileState.Wrong, State("images.gz", IdxBytes.Gzip([.. Content, 0])));
        Assert.Equal(FileState.Wrong, State("images.gz", "<html>not found</html>"u8.ToArray()));
        Assert.Equal(FileState.Wrong, State("images", IdxBytes.Of([29, 28, 28], IdxBytes.Ramp(29 * 784))));
        Assert.Equal(FileState.Missing, PublicationCheck.Check(folder.Path, Known).State);
    }

    [Fact]
    public void Without_an_uncompressed_checksum_a_file_compressed_anew_is_unknown()
    {
        var kmnist = Known with { ContentMd5 = null };
        Assert.Equal(FileState.Genuine, State("images.gz", Official, kmnist));
        Assert.Equal(FileState.Unknown, State("images.gz", Fastest(Content), kmnist));
        Assert.Equal(FileState.Unknown, State("images", Content, kmnist));
        Assert.Equal(FileState.Partial, State("images", Content[..^1], kmnist));
    }

    [Fact]
    public void Archives_and_what_was_in_them()
    {
        var archive = ArchiveBytes.TarGz(("set/a.bin", IdxBytes.Ramp(100)));
        var publication = new Publication("set", ["http://127.0.0.1/"], [PublishedFile.Archive("set.tar.gz", archive.Length, IdxBytes.Md5(archive))])
        {
            Unpacked = [new("a.bin") { ContentLength = 100, FirstByteBelow = 10 }],
            UnpackedFolders = ["inner"],
        };
        Assert.Equal(FileState.Missing, Only().State);
        folder.Write("set/inner/a.bin", IdxBytes.Ramp(100));
        Assert.Equal(FileState.Unknown, Only().State);
        folder.Write("set/inner/a.bin", IdxBytes.Ramp(60));
        Assert.Equal(FileState.Partial, Only().State);
        folder.Write("set/inner/a.bin", "<html>"u8.ToArray());
        Assert.Equal(FileState.Wrong, Only().State);
        folder.Write("set/set.tar.gz", archive);
        Assert.Equal(FileState.Genuine, Only().State);
        folder.Write("set/set.tar.gz", archive[..^10]);
        Assert.Equal(FileState.Partial, Only().State);
        folder.Write("set/set.tar.gz", ArchiveBytes.TarGz(("set/a.bin", IdxBytes.Ramp(101))));
        Assert.NotEqual(FileState.Genuine, Only().State);

        FileVerdict Only() => Assert.Single(PublicationCheck.Verify(publication, folder.Path));
    }

    [Fact]
    public void The_files_at_hand_are_what_their_notes_say()
    {
        var data = GenuineDataTests.DataFolder(Mnist.Name);
        var states = PublicationCheck.Verify(Mnist.Publication, data).Select(verdict => verdict.State);
        Assert.All(states, state => Assert.True(state is FileState.Genuine or FileState.Recompressed));
        var fashion = GenuineDataTests.DataFolder(FashionMnist.Name);
        Assert.All(PublicationCheck.Verify(FashionMnist.Publication, fashion), verdict => Assert.True(verdict.State is FileState.Genuine or FileState.Recompressed));
    }
}
