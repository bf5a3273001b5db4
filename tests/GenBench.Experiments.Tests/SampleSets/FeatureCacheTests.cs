using GenBench.Experiments.SampleSets;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.SampleSets;

public sealed class FeatureCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Clock clock = new();

    public void Dispose() => folder.Dispose();

    private FeatureCache Cache(long limit = 1 << 20) => new(folder["features"], limit, clock);

    private string File(string key) => Path.Combine(folder["features"], $"{key}.npz");

    private static Tensor Rows(int seed, ScalarType type, long rows = 10) =>
        randn([rows, 3], ScalarType.Float64, generator: new Generator((ulong)seed)).to(type).to(ScalarType.Float64);

    [Theory]
    [InlineData(ScalarType.Float32, 4)]
    [InlineData(ScalarType.Float64, 8)]
    public void Features_come_back_to_the_bit_in_as_few_bytes_as_hold_them(ScalarType type, int width)
    {
        using var scope = NewDisposeScope();
        var rows = Rows(1, type, 9000);
        Assert.Null(Cache().Find("a"));
        Cache().Add("a", rows);
        var found = Cache().Find("a");
        Assert.Equal(ScalarType.Float64, found!.dtype);
        Assert.True(found.eq(rows).all().item<bool>());
        Assert.InRange(new FileInfo(File("a")).Length, 27_000 * width, 27_000 * width + 1024);
        Assert.Null(Cache().Find("b"));
    }

    [Fact]
    public void A_broken_entry_is_as_good_as_none_and_is_replaced()
    {
        using var scope = NewDisposeScope();
        var rows = Rows(2, ScalarType.Float32);
        Cache().Add("a", rows);
        var whole = System.IO.File.ReadAllBytes(File("a"));
        for (var position = 0; position < whole.Length; position += 7)
        {
            byte[] broken = [.. whole];
            broken[position] ^= 0x10;
            System.IO.File.WriteAllBytes(File("a"), broken);
            Assert.True(Cache().Find("a") is not { } found || found.eq(rows).all().item<bool>(), $"a flip at {position} went unnoticed");
        }
        System.IO.File.WriteAllBytes(File("a"), whole[..(whole.Length / 2)]);
        Assert.Null(Cache().Find("a"));
        Cache().Add("a", rows);
        Assert.NotNull(Cache().Find("a"));
    }

    [Fact]
    public void What_was_used_longest_ago_goes_first_and_the_limit_is_kept()
    {
        using var scope = NewDisposeScope();
        const long limit = 40_000; // three entries of 12,000 bytes of numbers
        foreach (var key in new[] { "a", "b", "c" })
            Add(key);
        Assert.NotNull(Cache(limit).Find("a")); // used again
        clock.Advance();
        Add("d");
        Assert.Equal(["a", "c", "d"], Kept());
        Add("e");
        Assert.Equal(["a", "d", "e"], Kept());

        void Add(string key)
        {
            Cache(limit).Add(key, Rows(3, ScalarType.Float32, 1000));
            clock.Advance();
            Assert.InRange(Directory.GetFiles(folder["features"]).Sum(file => new FileInfo(file).Length), 1, limit);
        }

        IEnumerable<string?> Kept() => Directory.GetFiles(folder["features"]).Select(Path.GetFileNameWithoutExtension).Order();
    }

    [Fact]
    public void Entries_beyond_the_limit_and_folders_that_cannot_be_written_keep_nothing()
    {
        using var scope = NewDisposeScope();
        Cache(limit: 0).Add("a", Rows(5, ScalarType.Float32));
        Cache(limit: 1000).Add("a", Rows(5, ScalarType.Float32, 1000));
        Assert.False(Directory.Exists(folder["features"]));
        System.IO.File.WriteAllText(folder["features"], "in the way");
        Cache().Add("a", Rows(5, ScalarType.Float32));
        Assert.Null(Cache().Find("a"));
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Advance() => now += TimeSpan.FromMinutes(1);

        public override DateTimeOffset GetUtcNow() => now;
    }
}
