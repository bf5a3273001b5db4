using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments;
using GenBench.Experiments.Results;
using GenBench.Experiments.SampleSets;
using GenBench.Metrics;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.SampleSets;

public sealed class SetEvaluatorTests : IDisposable
{
    private static readonly Registry SmallShapes = Registry.Of(typeof(FewShapes));
    private readonly TemporaryFolder folder = new();
    private readonly List<SetProgress> seen = [];

    public void Dispose() => folder.Dispose();

    private SetEvaluationResult Evaluate(
        string samples, string reference, string? features = null, string? metrics = null, int? resize = null, string? save = null) =>
        new SetEvaluator(SmallShapes, TimeProvider.System, new Collect(seen)).Run(
            new SetEvaluationRequest
            {
                Samples = samples,
                Reference = reference,
                Features = features,
                Metrics = metrics?.Split(','),
                Resize = resize,
                SaveStatistics = save,
                DataFolder = folder["data"],
                CacheFolder = folder["cache"],
            },
            Stop);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ImageArray Shapes(int first, int count, int resolution = 16, bool rgb = false)
    {
        using var split = GenBench.Data.Shapes.Render(5, first, count, resolution, rgb);
        return ImageArray.Of(split.Images);
    }

    private string Archive(string name, ImageArray images)
    {
        NpzFile.WriteImages(folder[name], images.Pixels, images.Count, images.Height, images.Width, images.Channels);
        return folder[name];
    }

    private string Features(string name, Tensor rows)
    {
        using var stream = File.Create(folder[name]);
        NpyFloats.Write(stream, rows);
        return folder[name];
    }

    private static void Refused(Action action, params string[] saying)
    {
        var message = Assert.Throws<BadInputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        Assert.All(saying, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static double Value(SetEvaluationResult result, string name) => result.Metrics.Single(metric => metric.Name == name).Value;

    [Fact]
    public void A_folder_of_images_against_the_same_images_in_an_archive_is_at_no_distance()
    {
        var images = Shapes(0, 64);
        var result = Evaluate(PngFolder.Write(folder["png"], images), Archive("same.npz", images), "shapes");
        Assert.Equal(["fid_clf", "kid_clf", "is_clf", "precision", "recall", "density", "coverage"], result.Metrics.Select(metric => metric.Name));
        Assert.InRange(Value(result, "fid_clf"), -1e-6, 1e-6);
        Assert.Equal((1.0, 1.0, 1.0), (Value(result, "precision"), Value(result, "recall"), Value(result, "coverage")));
        Assert.All(result.Metrics, metric =>
        {
            Assert.Equal(64, metric.N);
            foreach (var part in new[] { "classifier shapes-1x16x16 " + result.Features!.Checksum[..8], "no resize", "png (64 images 16x16)", "same.npz (64 images 16x16)" })
                Assert.Contains(part, metric.Protocol, StringComparison.Ordinal);
            Assert.Equal(metric.Name is not ("precision" or "density"), metric.Protocol.Contains("seed 0", StringComparison.Ordinal)); // those draw nothing
        });
    }

    [Fact]
    public void The_reference_dataset_brings_its_classifier_and_the_figures_are_those_of_the_library()
    {
        using var scope = NewDisposeScope();
        var images = Shapes(1_000_000, 200);
        var result = Evaluate(Archive("a.npz", images), "dataset:shapes:test", metrics: "fid_clf,is_clf");
        using var dataset = SmallShapes.OpenDataset(SmallShapes.ChooseDataset("shapes", []), "");
        using var extractor = GenBench.Metrics.Classifier.FrozenClassifiers.Find("shapes", new ImageShape(1, 16, 16))!;
        var pixels = images.ToTensor();
        var expected = FrechetDistance.Measure(extractor.Features(dataset.Test.Images, Stop), extractor.Features(pixels, Stop), 0, Stop);
        Assert.Equal(["fid_clf", "is_clf"], result.Metrics.Select(metric => metric.Name));
        Assert.Equal((expected.Value, expected.Low, expected.High), (result.Metrics[0].Value, result.Metrics[0].Low, result.Metrics[0].High));
        Assert.Equal(InceptionScore.FromProbabilities(extractor.Probabilities(pixels, Stop), 0).Value, result.Metrics[1].Value);
        Assert.Contains("dataset:shapes:test (300 images 16x16)", result.Reference, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_on_a_module_bear_its_name_and_never_inceptions()
    {
        var module = TorchScriptArchive.Write(folder["Stand-In.pt"], TorchScriptArchive.InceptionLike);
        var result = Evaluate(Archive("a.npz", Shapes(0, 80)), Archive("b.npz", Shapes(80, 90)), module);
        Assert.Equal(["fid_stand-in", "kid_stand-in", "is_stand-in", "precision", "recall", "density", "coverage"], result.Metrics.Select(metric => metric.Name));
        Assert.Contains("gray repeated to three channels", result.Metrics[0].Protocol, StringComparison.Ordinal);
        Assert.Contains(result.Features!.Checksum[..8], result.Metrics[0].Protocol, StringComparison.Ordinal);
        Refused(() => Evaluate(folder["a.npz"], folder["b.npz"], module, "fid"), "'fid'", "fid_stand-in");
        var plain = TorchScriptArchive.Write(folder["plain.pt"], TorchScriptArchive.CountingImages);
        Assert.DoesNotContain(Evaluate(folder["a.npz"], folder["b.npz"], plain).Metrics, metric => metric.Name.StartsWith("is", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_of_unknown_origin_give_distances_without_a_networks_name()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (randn([90, 4], ScalarType.Float64, generator: new Generator(1)), randn([80, 4], ScalarType.Float64, generator: new Generator(2)) + 0.5);
        var result = Evaluate(Features("y.npy", y), Features("x.npy", x));
        Assert.Equal(["frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage"], result.Metrics.Select(metric => metric.Name));
        Assert.Equal(FrechetDistance.Measure(x, y, 0, Stop).Value, Value(result, "frechet_distance"));
        Assert.Equal(KernelDistance.Measure(x, y, 0, Stop).Value, Value(result, "kernel_distance"));
        Assert.Equal(NeighbourMetrics.Between(x, y).Density, Value(result, "density"), 1e-12);
        Assert.Null(result.Features);
        Assert.Contains("unknown origin", result.Metrics[0].Protocol, StringComparison.Ordinal);
        Refused(() => Evaluate(folder["y.npy"], Features("z.npy", x.narrow(1, 0, 3).contiguous())), "3 features", "have 4");
        Refused(() => Evaluate(folder["y.npy"], folder["x.npy"], "inception"), "--features");
        Refused(() => Evaluate(Features("nan.npy", y.masked_fill(y.gt(1.5), double.NaN)), folder["x.npy"]), "NaN");
    }

    [Fact]
    public void Statistics_written_of_the_samples_serve_as_a_reference_and_give_the_frechet_distance_alone()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Archive("a.npz", Shapes(0, 300)), Archive("b.npz", Shapes(300, 300)));
        var rows = Evaluate(a, b, "shapes", "fid_clf", save: folder["a-stats.npz"]);
        var statistics = Evaluate(b, folder["a-stats.npz"], "shapes", "frechet_distance");
        Assert.Equal(Value(rows, "fid_clf"), Value(statistics, "frechet_distance"), 1e-6);
        Assert.Null(Assert.Single(statistics.Metrics).Low);
        Assert.Equal(["frechet_distance", "is_clf"], Evaluate(b, folder["a-stats.npz"], "shapes").Metrics.Select(metric => metric.Name));
        Assert.InRange(Value(Evaluate(folder["a-stats.npz"], folder["a-stats.npz"]), "frechet_distance"), -1e-6, 1e-6);
        Refused(() => Evaluate(folder["a-stats.npz"], b, "shapes", "precision"), "'precision'", "only frechet_distance");
        Refused(() => Evaluate(folder["a-stats.npz"], b, "shapes", save: folder["again.npz"]), "--save-stats");
        Refused(() => Evaluate(a, b, "shapes", save: folder["no/such/folder.npz"]), "--save-stats", "no such folder");
    }

    [Fact]
    public void What_was_computed_is_not_computed_again_until_images_or_extractor_change()
    {
        var (a, b) = (Archive("a.npz", Shapes(0, 50)), Archive("b.npz", Shapes(50, 50)));
        var first = Evaluate(a, b, "shapes");
        Assert.Contains(seen, progress => progress.Phase == "features of the samples");
        seen.Clear();
        Assert.Equal(first.Metrics, Evaluate(a, b, "shapes").Metrics);
        Assert.DoesNotContain(seen, progress => progress.Phase.StartsWith("features", StringComparison.Ordinal));
        Archive("a.npz", Shapes(100, 50));
        Assert.NotEqual(Value(first, "fid_clf"), Value(Evaluate(a, b, "shapes"), "fid_clf"));
        Assert.Contains(seen, progress => progress.Phase == "features of the samples");
        Assert.DoesNotContain(seen, progress => progress.Phase == "features of the reference");
        Evaluate(a, b, TorchScriptArchive.Write(folder["net.pt"], TorchScriptArchive.CountingImages), "precision");
        Assert.Contains(seen, progress => progress.Phase == "features of the reference");
    }

    [Fact]
    public void Images_of_other_sizes_are_compared_only_when_both_are_resized()
    {
        var (small, large) = (Archive("small.npz", Shapes(0, 40)), PngFolder.Write(folder["large"], Shapes(0, 40, resolution: 64)));
        Refused(() => Evaluate(large, small, "shapes"), "64x64", "16x16", "--resize");
        var result = Evaluate(large, small, "shapes", "fid_clf", resize: 16);
        Assert.Contains("resized to 16x16 (Lanczos)", result.Metrics[0].Protocol, StringComparison.Ordinal);
        var other = Evaluate(large, Archive("other.npz", Shapes(40, 40)), "shapes", "fid_clf", resize: 16);
        Assert.True(Value(result, "fid_clf") < Value(other, "fid_clf"), "the same scenes are nearer than others, whatever their resolution");
        Refused(() => Evaluate(large, small, "shapes", resize: 24), "shapes-1x16x16", "24x24");
        Refused(() => Evaluate(large, small, "shapes", resize: 0), "--resize");
    }

    [Fact]
    public void What_cannot_be_evaluated_is_refused_in_one_line()
    {
        var gray = Archive("gray.npz", Shapes(0, 20));
        var colour = PngFolder.Write(folder["colour"], Shapes(0, 20, rgb: true));
        Refused(() => Evaluate(folder["absent"], gray, "shapes"), "absent", "no such file or folder");
        Refused(() => Evaluate(gray, gray), "--features is needed");
        Refused(() => Evaluate(gray, gray, "shaps"), "'shaps'", "did you mean 'shapes'?");
        Refused(() => Evaluate(gray, gray, "absent.pt"), "absent.pt");
        Refused(() => Evaluate(colour, gray, "shapes"), "00000.png", "colours");
        Refused(() => Evaluate(gray, "dataset:shaps"), "shaps", "shapes");
        Refused(() => Evaluate(gray, "dataset:shapes:validation"), "dataset:NAME:train");
        Refused(() => Evaluate(gray, "dataset:mnist:test"), "mnist");
        Refused(() => Evaluate(gray, gray, "shapes", "fid_clf,fid_clf"), "twice");
        Refused(() => Evaluate(Archive("few.npz", Shapes(0, 4)), gray, "shapes"), "4 rows are too few");
        File.WriteAllText(folder["a.txt"], "");
        Refused(() => Evaluate(folder["a.txt"], gray, "shapes"), "a.txt", ".npz or .npy");
        File.WriteAllText(folder["a.npz"], "");
        Refused(() => Evaluate(folder["a.npz"], gray, "shapes"), "a.npz", "arr_0");
    }

    /// <summary>A small dataset under the name of one whose classifier is frozen.</summary>
    [Fact]
    public void A_dataset_says_what_was_done_to_its_images()
    {
        using var images = new DatasetImages(FewShapes.Open(new(), folder.Path) with { Protocol = "a part, files not verified" }, "test", resize: null);
        Assert.Equal("dataset:shapes:test (300 images 16x16 of a part, files not verified)", images.Description);
    }

    private sealed class FewShapes : IDatasetDefinition<FewShapes, ShapesOptions>
    {
        public static string Name => "shapes";

        public static string Description => "few of them";

        public static DataSpec Describe(ShapesOptions options) => GenBench.Data.Shapes.Describe(options);

        public static Dataset Open(ShapesOptions options, string dataFolder) =>
            GenBench.Data.Shapes.Open(options with { Train = 250, Validation = 0, Test = 300 }, dataFolder);
    }

    private sealed class Collect(List<SetProgress> seen) : IProgress<SetProgress>
    {
        public void Report(SetProgress value) => seen.Add(value);
    }
}
