using System.IO.Compression;
using GenBench.Core;
using GenBench.Experiments.SampleSets;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.SampleSets;

public sealed class FeatureFileTests : IDisposable
{
    private static readonly double[] Numbers = [1, -2.5, 3e-3, 4, 5.5, -6];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder[name], bytes);
        return folder[name];
    }

    private double[] Read(string header, byte[] data)
    {
        using var set = FeatureFile.ReadFeatures(Write("a.npy", NpyBytes.Of(header, data)));
        Assert.Equal([2L, 3L], set.Features.shape);
        return set.Features.data<double>().ToArray();
    }

    private static float[] Singles => Array.ConvertAll(Numbers, number => (float)number);

    private static double[] ColumnMajor => [Numbers[0], Numbers[3], Numbers[1], Numbers[4], Numbers[2], Numbers[5]];

    [Fact]
    public void Every_layout_of_the_same_matrix_gives_the_same_numbers()
    {
        Assert.Equal(Numbers, Read(NpyBytes.Header("<f8", false, "2, 3"), NpyBytes.Data(Numbers)));
        Assert.Equal(Numbers, Read(NpyBytes.Header(">f8", false, "2, 3"), NpyBytes.Reversed(Numbers)));
        Assert.Equal(Numbers, Read(NpyBytes.Header("<f8", true, "2, 3"), NpyBytes.Data(ColumnMajor)));
        Assert.Equal(Numbers, Read(NpyBytes.Header(">f8", true, "2, 3"), NpyBytes.Reversed(ColumnMajor)));
        var rounded = Array.ConvertAll(Singles, number => (double)number);
        Assert.NotEqual(Numbers, rounded);
        Assert.Equal(rounded, Read(NpyBytes.Header("<f4", false, "2, 3"), NpyBytes.Data(Singles)));
        Assert.Equal(rounded, Read(NpyBytes.Header(">f4", false, "2, 3"), NpyBytes.Reversed(Singles)));
    }

    [Fact]
    public void A_matrix_of_many_pieces_keeps_its_order()
    {
        using var scope = NewDisposeScope();
        var many = Enumerable.Range(0, 700_001).Select(i => (float)i).ToArray();
        using var set = FeatureFile.ReadFeatures(Write("a.npy", NpyBytes.Of(NpyBytes.Header(">f4", false, "700001, 1"), NpyBytes.Reversed(many))));
        Assert.True(set.Features.flatten().eq(arange(700_001, ScalarType.Float64)).all().item<bool>());
    }

    public static TheoryData<string, string> Lies => new()
    {
        { NpyBytes.Header("<f8", false, "3, 3"), "48 bytes" }, // one row more than there is
        { NpyBytes.Header("<f8", false, "1, 3"), "48 bytes" }, // one row less
        { NpyBytes.Header("<f8", false, "4294967296, 4294967296"), "overflow" },
        { NpyBytes.Header("<f8", false, "1000000000, 2048"), "48 bytes" }, // 16 TB
        { NpyBytes.Header("<f8", false, "-2, -3"), "cannot be read" },
        { NpyBytes.Header("<f8", false, "6,"), "[6]" },
        { NpyBytes.Header("<f8", false, "0, 3"), "[0, 3]" },
        { NpyBytes.Header("<f8", false, "1, 2, 3"), "[1, 2, 3]" },
        { NpyBytes.Header("<f8", false, ""), "[]" },
        { NpyBytes.Header("|O", false, "2, 3"), "pickle" },
        { NpyBytes.Header("<f2", false, "8, 3"), "<f2" },
        { NpyBytes.Header("<i8", false, "2, 3"), "<i8" },
        { NpyBytes.Header("|V8", false, "2, 3"), "|V8" },
        { "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (6,), }", "cannot be read" },
        { "{'descr': '<f8', 'shape': (2, 3), }", "cannot be read" },
        { "__import__('os').system('true')", "cannot be read" },
        { "", "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_header_that_lies_or_asks_for_trust_is_refused_in_one_line(string header, string saying)
    {
        var path = Write("a.npy", NpyBytes.Of(header, NpyBytes.Data(Numbers)));
        var message = Assert.Throws<BadInputException>(() => FeatureFile.ReadFeatures(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(saying, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_number_that_no_feature_is_is_refused() => Assert.Throws<BadInputException>(
        () => FeatureFile.ReadFeatures(Write("a.npy", NpyBytes.Of(NpyBytes.Header("<f8", false, "2, 1"), NpyBytes.Data(1.0, -1e60)))));

    [Fact]
    public void Statistics_come_back_as_they_went_in_the_layout_that_pytorch_fid_reads()
    {
        using var scope = NewDisposeScope();
        var mean = tensor(new[] { 1.5, -2 });
        var covariance = tensor(new[,] { { 2.0, 0.25 }, { 0.25, 3 } });
        FeatureFile.WriteStatistics(folder["s.npz"], mean, covariance);
        FeatureFile.WriteStatistics(folder["t.npz"], mean, covariance);
        Assert.Equal(File.ReadAllBytes(folder["s.npz"]), File.ReadAllBytes(folder["t.npz"]));
        using var set = FeatureFile.ReadStatistics(folder["s.npz"]);
        Assert.Equal([1.5, -2], set.Mean.data<double>().ToArray());
        Assert.Equal([2, 0.25, 0.25, 3], set.Covariance.data<double>().ToArray());

        using var zip = ZipFile.OpenRead(folder["s.npz"]);
        Assert.Equal(["mu.npy", "sigma.npy"], zip.Entries.Select(entry => entry.FullName));
        using var sigma = new MemoryStream();
        zip.GetEntry("sigma.npy")!.Open().CopyTo(sigma);
        Assert.Equal(NpyBytes.Of(NpyBytes.Header("<f8", false, "2, 2"), NpyBytes.Data(2, 0.25, 0.25, 3.0)), sigma.ToArray());
    }

    public static TheoryData<string, byte[], byte[]> Unfit => new()
    {
        { "no matrix", Npy("<f8", "2,", 1.0, 2), Npy("<f8", "4,", 1.0, 0, 0, 1) },
        { "other widths", Npy("<f8", "2,", 1.0, 2), Npy("<f8", "1, 1", 1.0) },
        { "not symmetric", Npy("<f8", "2,", 1.0, 2), Npy("<f8", "2, 2", 1.0, 0.5, 0, 1) },
        { "negative variance", Npy("<f8", "2,", 1.0, 2), Npy("<f8", "2, 2", 1.0, 0, 0, -1) },
        { "huge", Npy("<f8", "1000000,", 1.0), Npy("<f8", "1000000, 1000000", 1.0) },
        { "objects", Npy("|O", "2,", 1.0, 2), Npy("|O", "2, 2", 1.0, 0, 0, 1) },
    };

    private static byte[] Npy(string descr, string shape, params double[] numbers) => NpyBytes.Of(NpyBytes.Header(descr, false, shape), NpyBytes.Data(numbers));

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Statistics_that_are_none_are_refused(string what, byte[] mu, byte[] sigma)
    {
        var path = Write($"{what}.npz", NpyBytes.Zip(CompressionLevel.Optimal, ("mu", mu), ("sigma", sigma)));
        Assert.StartsWith(path, Assert.Throws<BadInputException>(() => FeatureFile.ReadStatistics(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>A quarter of a megabyte that says it is, and unpacks to, a quarter of a gigabyte of zeros: whole, with a right checksum.</summary>
    [Fact]
    public void A_zip_bomb_takes_no_memory()
    {
        var path = folder["bomb.npz"];
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using (var mu = zip.CreateEntry("mu.npy").Open())
                mu.Write(Npy("<f8", "2,", 1, 2));
            using var sigma = zip.CreateEntry("sigma.npy", CompressionLevel.Optimal).Open();
            sigma.Write(NpyBytes.Of(NpyBytes.Header("<f8", false, "2, 2"), []));
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 256; i++)
                sigma.Write(zeros);
        }
        Assert.InRange(new FileInfo(path).Length, 1, 2 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<BadInputException>(() => FeatureFile.ReadStatistics(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }
}
