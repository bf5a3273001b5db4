using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments;
using GenBench.Experiments.Results;
using GenBench.Experiments.SampleSets;
using GenBench.Metrics;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.SampleSets;

public sealed class SetComparerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private SetComparisonResult Compare(string[] samples, string? reference, string? features = null, string? metrics = null) =>
        new SetComparer(Registry.BuiltIn, TimeProvider.System, new Progress<SetProgress>()).Run(
            new SetComparisonRequest
            {
                Samples = samples,
                Reference = reference,
                Features = features,
                Metrics = metrics?.Split(','),
                DataFolder = folder["data"],
                CacheFolder = folder["cache"],
            },
            TestContext.Current.CancellationToken);

    private string Archive(string name, ulong seed, int count)
    {
        using var split = Shapes.Render(seed, 0, count, 16, rgb: false);
        var images = ImageArray.Of(split.Images);
        NpzFile.WriteImages(folder[name], images.Pixels, images.Count, images.Height, images.Width, images.Channels);
        return folder[name];
    }

    private string Features(string name, Tensor rows)
    {
        using var stream = File.Create(folder[name]);
        NpyFloats.Write(stream, rows);
        return folder[name];
    }

    private static Tensor Normal(ulong seed, long rows) => randn([rows, 4], ScalarType.Float64, generator: new Generator(seed));

    private static void Refused(Action action, params string[] saying)
    {
        var message = Assert.Throws<BadInputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        Assert.All(saying, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_two_sets_are_compared_by_the_library_and_the_better_one_is_named()
    {
        using var scope = NewDisposeScope();
        var (x, near, far) = (Normal(1, 300), Normal(2, 240), Normal(3, 220) * 0.5 + 2);
        var result = Compare([Features("far.npy", far), Features("near.npy", near), Features("again.npy", near)], Features("x.npy", x));
        Assert.Equal(["frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage"], result.Differences.Take(6).Select(row => row.Metric));
        Assert.Equal([(1, 2), (1, 3), (2, 3)], result.Differences.Select(row => (row.First, row.Second)).Distinct());
        foreach (var (row, expected) in result.Differences.Zip(PairedComparison.Measure(x, far, near, 0, TestContext.Current.CancellationToken)))
            Assert.Equal((expected.A, expected.B, expected.Low, expected.High, expected.Protocol), (row.ValueOfFirst, row.ValueOfSecond, row.Low, row.High, row.Protocol));
        Assert.All(result.Differences.Take(6), row => Assert.Equal(2, row.Better));
        Assert.All(result.Differences.Skip(12), row => Assert.Equal((0.0, null), (row.Difference, row.Better)));
    }

    [Fact]
    public void Images_are_compared_by_the_references_classifier_and_its_names()
    {
        var result = Compare([Archive("a.npz", 5, 200), Archive("b.npz", 6, 210)], "dataset:shapes:test", metrics: "fid_clf");
        var row = Assert.Single(result.Differences);
        Assert.Equal("fid_clf", row.Metric);
        Assert.InRange(0, row.Low, row.High);
        Assert.Equal("classifier shapes-1x16x16", result.Features!.Name);
        Assert.Contains("b.npz (210 images 16x16)", result.Sets[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_in_a_line()
    {
        using var scope = NewDisposeScope();
        var (x, y, few) = (Features("x.npy", Normal(1, 250)), Features("y.npy", Normal(2, 250)), Features("few.npy", Normal(3, 199)));
        Refused(() => Compare([x], y), "two or more");
        Refused(() => Compare([x, few], y), "few.npy", "at least 200");
        Refused(() => Compare([x, y], reference: null), "x.npy", "--reference");
        Refused(() => Compare([x, y], y, metrics: "is_clf"), "'is_clf'", "frechet_distance");
        Refused(() => Compare([x, Archive("a.npz", 5, 200)], "dataset:shapes:test"), "all as images or all as features");
    }
}
