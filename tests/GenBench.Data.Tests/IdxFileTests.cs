using GenBench.Core;
using GenBench.Data;

namespace GenBench.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] Good = IdxBytes.Of([3, 4, 5], IdxBytes.Ramp(60));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Message(string name, byte[] content, int rank = 3)
    {
        var path = folder.Write(name, content);
        var message = Assert.Throws<BadInputException>(() => IdxFile.Read(path, rank)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    [Theory]
    [InlineData("images")]
    [InlineData("images.gz")]
    public void A_file_is_read_plain_or_compressed(string name)
    {
        var path = folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? IdxBytes.Gzip(Good) : Good);
        var array = IdxFile.Read(path, 3);
        Assert.Equal([3, 4, 5], array.Shape);
        Assert.Equal(IdxBytes.Ramp(60), array.Values);
        Assert.Equal(IdxBytes.Md5(Good), array.Md5());
    }

    [Fact]
    public void A_file_of_several_chunks_is_read_whole()
    {
        var values = IdxBytes.Ramp(5_000_000);
        Assert.Equal(values, IdxFile.Read(folder.Write("x.gz", IdxBytes.Gzip(IdxBytes.Of([5_000_000], values))), 1).Values);
    }

    [Fact]
    public void The_message_says_where_and_what_was_expected()
    {
        Assert.Contains("begins with 00000801, not 00000803", Message("a", IdxBytes.Of([3], new byte[3])), StringComparison.Ordinal);
        Assert.Contains("begins with 00000d03, not 00000803", Message("b", IdxBytes.Of([3, 1, 1], new byte[3], type: 0x0d)), StringComparison.Ordinal);
        Assert.Contains("ends at offset 9, inside its 16-byte header", Message("c", Good[..9]), StringComparison.Ordinal);
        Assert.Contains("promises 76 bytes (3 x 4 x 5), the file has 75", Message("d", Good[..^1]), StringComparison.Ordinal);
        Assert.Contains("promises 76 bytes (3 x 4 x 5), the file has 77", Message("e", [.. Good, 0]), StringComparison.Ordinal);
        Assert.Contains("content ends at offset 75, not at 76", Message("f.gz", IdxBytes.Gzip(Good[..^1])), StringComparison.Ordinal);
        Assert.Contains("goes on past the 76 bytes", Message("g.gz", IdxBytes.Gzip([.. Good, 0])), StringComparison.Ordinal);
        Assert.Contains("no gzip file", Message("h.gz", Good), StringComparison.Ordinal);
        Assert.Contains("begins with 1f8b", Message("i", IdxBytes.Gzip(Good)), StringComparison.Ordinal);
        Assert.Contains("ends at offset 0", Message("j", []), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_file_cut_short_or_continued_is_refused_where_its_content_is_whole()
    {
        var gzip = IdxBytes.Gzip(Good);
        for (var cut = 1; cut <= gzip.Length; cut++)
            Message("cut.gz", gzip[..^cut]);
        foreach (var tail in new byte[][] { [0], [1, 2, 3], new byte[512], [0x1f], IdxBytes.Gzip(Good) })
            Message("tail.gz", [.. gzip, .. tail]);
        gzip[^5] ^= 1;
        Assert.Contains("damaged", Message("crc.gz", gzip), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue)]
    [InlineData(1u << 31, 1u, 1u)]
    [InlineData(2_000_000_000u, 1u, 1u)]
    [InlineData(46_340u, 46_340u, 1u)]
    [InlineData(1u << 16, 1u << 16, 1u << 16)]
    public void A_header_that_lies_allocates_nothing_of_what_it_claims(uint a, uint b, uint c)
    {
        var lie = IdxBytes.Of([a, b, c], new byte[100]);
        foreach (var (name, content) in new[] { ("lie", lie), ("lie.gz", IdxBytes.Gzip(lie)) })
        {
            Message(name, content);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Message(name, content);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
    }

    [Fact]
    public void No_damaged_byte_does_more_than_a_clear_refusal()
    {
        var random = new Random(1);
        var started = Environment.CpuUsage.TotalTime; // no clock: others may share the processors
        foreach (var (name, whole) in new[] { ("m", Good), ("m.gz", IdxBytes.Gzip(Good)) })
            for (var round = 0; round < 400; round++)
            {
                var bytes = whole.ToArray();
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                if (round % 4 == 0)
                    bytes = bytes[..random.Next(bytes.Length)];
                if (round % 7 == 0)
                    bytes = [.. bytes, .. new byte[random.Next(1, 40)]];
                var path = folder.Write(name, bytes);
                var before = GC.GetAllocatedBytesForCurrentThread();
                if (Record.Exception(() => IdxFile.Read(path, 3)) is { } error)
                    Assert.IsType<BadInputException>(error);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
            }
        Assert.InRange((Environment.CpuUsage.TotalTime - started).TotalSeconds, 0, 20);
    }

    [Fact]
    public void Damaged_compressed_content_never_passes_as_the_original_length_with_other_values()
    {
        var gzip = IdxBytes.Gzip(Good);
        for (var bit = 8 * 10; bit < 8 * gzip.Length; bit++)
        {
            var bytes = gzip.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var path = folder.Write("bit.gz", bytes);
            if (Record.Exception(() => Assert.Equal(IdxBytes.Ramp(60), IdxFile.Read(path, 3).Values)) is { } error)
                Assert.IsType<BadInputException>(error);
        }
    }

    [Fact]
    public void A_missing_file_is_bad_input() =>
        Assert.Throws<BadInputException>(() => IdxFile.Read(Path.Combine(folder.Path, "none"), 1));
}
