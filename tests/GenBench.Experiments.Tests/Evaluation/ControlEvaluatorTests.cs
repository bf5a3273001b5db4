using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Tests.Results;

namespace GenBench.Tests.Experiments.Evaluation;

/// <summary>Controls from the experiment's text to their figures, against what is known of them.</summary>
public sealed class ControlEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private sealed record Evaluated(ControlDocument Document, IReadOnlyDictionary<string, IReadOnlyList<MetricRow>> Rows)
    {
        internal MetricRow Row(string setting, string metric, string kind = "") => Rows[setting].Single(row => row.Metric == metric && row.Kind == kind);

        internal bool Has(string setting, string metric, string kind) => Rows[setting].Any(row => row.Metric == metric && row.Kind == kind);
    }

    /// <summary>Evaluates controls of one dataset; the rows of each are named <c>label x n</c>.</summary>
    private Evaluated Evaluate(string dataset, string controls)
    {
        File.WriteAllText(folder["x.json"], $$"""
            { "name": "x", "datasets": [{{dataset}}], "controls": [{{controls}}], "evaluation": { "samples": 400, "batchSize": 150 } }
            """);
        var registry = Registry.BuiltIn;
        var given = Assert.Single(ExperimentFile.Read(folder["x.json"], registry, MetricNames.All).Controls);
        using var log = new CellLog(folder["log.txt"], TimeProvider.System, _ => { });
        using var opened = registry.OpenDataset(given.Dataset, folder.Path);
        var document = new ControlDocument(CellDocuments.FormatVersion, given.Experiment, given.Dataset, opened.Checksum, given.Evaluation, given.Choices);
        var cell = new CellFolder(folder["cell"]);
        new ControlEvaluator(cell, document, opened, registry, new ClassifierSource(folder.Path), log).Run(CancellationToken.None);
        return new Evaluated(document, document.Controls.ToDictionary(
            control => $"{control.Label} x {control.Samples}",
            control => EvaluationStore.Rows(new EvaluationFolder(Path.Combine(cell.Evaluations, document.Folder(control))))));
    }

    private static double HalfWidth(MetricRow row) => (row.High!.Value - row.Low!.Value) / 2;

    /// <summary>Within two and a half half-widths of a 95% interval, five standard errors: a wrong figure, not a rare one, fails.</summary>
    private static void IsNear(double expected, MetricRow row) => Assert.InRange(row.Value, expected - 2.5 * HalfWidth(row), expected + 2.5 * HalfWidth(row));

    private static bool Sees(MetricRow difference) => difference.Low > 0 || difference.High < 0;

    private const string Vectors = """{ "name": "gaussian-vectors", "side": 2, "train": 400, "validation": 0, "test": 400 }""";

    [Fact]
    public void Distances_of_Gaussian_vectors_are_what_their_laws_say()
    {
        var evaluated = Evaluate(Vectors, """{ "kind": "resample", "shift": 8 }, { "kind": "resample", "noise": 16 }""");
        // Four values, each moved by half a standard deviation; or its variance doubled.
        Assert.Equal(0, evaluated.Row("resample x 400", "frechet_distance", ControlKinds.Exact).Value);
        Assert.Equal(1, evaluated.Row("resample(shift=8) x 400", "frechet_distance", ControlKinds.Exact).Value, 1e-12);
        Assert.Equal(4 * Math.Pow(Math.Sqrt(2) - 1, 2), evaluated.Row("resample(noise=16) x 400", "frechet_distance", ControlKinds.Exact).Value, 1e-12);
        foreach (var setting in evaluated.Rows.Keys)
        {
            IsNear(evaluated.Row(setting, "frechet_distance", ControlKinds.Expected).Value, evaluated.Row(setting, "frechet_distance"));
            IsNear(evaluated.Row(setting, "kernel_distance", ControlKinds.Exact).Value, evaluated.Row(setting, "kernel_distance"));
        }
        foreach (var setting in evaluated.Rows.Keys.Where(setting => setting != "resample x 400"))
        {
            var difference = evaluated.Row(setting, "frechet_distance", ControlKinds.Difference);
            Assert.True(Sees(difference));
            Assert.Equal(evaluated.Row(setting, "frechet_distance").Value - evaluated.Row("resample x 400", "frechet_distance").Value, difference.Value, 1e-9);
            Assert.True(Sees(evaluated.Row(setting, "kernel_distance", ControlKinds.Difference)));
        }
        Assert.Contains("less 128 and over 16", evaluated.Row("resample x 400", "recall").Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_are_seen_by_what_looks_for_them()
    {
        var evaluated = Evaluate(Vectors, """{ "kind": "resample", "copies": [0.5, 1] }""");
        Assert.True(evaluated.Row("resample(copies=0.5) x 400", "authenticity", ControlKinds.Difference).High < 0);
        Assert.True(evaluated.Row("resample(copies=0.5) x 400", "nearer_than_test", ControlKinds.Difference).Low > 0);
        Assert.Equal(0, evaluated.Row("resample(copies=1) x 400", "authenticity").Value);
        Assert.InRange(evaluated.Row("resample(copies=1) x 400", "nearer_than_test").Value, 0.998, 1); // a test vector may happen to be a training vector
        IsNear(0.75, evaluated.Row("resample(copies=0.5) x 400", "nearer_than_test"));
        IsNear(0.5, evaluated.Row("resample x 400", "nearer_than_test"));
        Assert.Equal(0.5, evaluated.Row("resample x 400", "nearer_than_test", ControlKinds.Exact).Value);
        Assert.False(evaluated.Has("resample(copies=1) x 400", "frechet_distance", ControlKinds.Exact));
    }

    [Fact]
    public void Fewer_images_are_compared_with_the_most()
    {
        var evaluated = Evaluate(Vectors, """{ "kind": "resample", "samples": [200, 400] }""");
        Assert.False(evaluated.Has("resample x 400", "frechet_distance", ControlKinds.Difference));
        // The bias of the distance grows as the images grow few: by 4 (1/200 − 1/400) and 5 (1/199 − 1/399).
        var (few, many) = (evaluated.Row("resample x 200", "frechet_distance", ControlKinds.Expected).Value, evaluated.Row("resample x 400", "frechet_distance", ControlKinds.Expected).Value);
        Assert.Equal(4 * (1.0 / 200 - 1.0 / 400) + 5 * (1.0 / 199 - 1.0 / 399), few - many, 1e-12);
        IsNear(few, evaluated.Row("resample x 200", "frechet_distance"));
        IsNear(few - many, evaluated.Row("resample x 200", "frechet_distance", ControlKinds.Difference));
        Assert.Equal(200, evaluated.Row("resample x 200", "precision").N);
    }

    [Fact]
    public void A_missing_class_of_shapes_lowers_recall_and_coverage_of_the_classifiers_features()
    {
        var evaluated = Evaluate("""{ "name": "shapes", "train": 100, "validation": 0, "test": 400 }""", """{ "kind": "resample", "droppedClasses": 5 }""");
        Assert.True(evaluated.Row("resample(droppedClasses=5) x 400", "fid_clf", ControlKinds.Difference).Low > 0);
        Assert.True(evaluated.Row("resample(droppedClasses=5) x 400", "coverage", ControlKinds.Difference).High < 0);
        Assert.True(evaluated.Row("resample(droppedClasses=5) x 400", "recall", ControlKinds.Difference).High < 0);
        // Half the reference is of classes without a sample.
        Assert.InRange(evaluated.Row("resample(droppedClasses=5) x 400", "coverage").Value, 0.35, 0.65);
        Assert.Equal(
            ["fid_clf", "kid_clf", "precision", "recall", "density", "coverage", "authenticity", "nearer_than_test"],
            evaluated.Rows["resample x 400"].Where(row => row.Kind.Length == 0).Select(row => row.Metric));
    }

    [Fact]
    public void What_is_there_is_not_done_again_and_no_tensor_stays()
    {
        const string controls = """{ "kind": "resample", "samples": [200, 210], "shift": [0, 4] }""";
        var tensors = TensorCount.AfterCollection();
        var first = Evaluate(Vectors, controls);
        Assert.Equal(tensors, TensorCount.AfterCollection());
        string[] Files() => [.. Directory.GetFiles(folder["cell"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks} {Convert.ToHexString(File.ReadAllBytes(path))}")];
        var before = Files();
        Evaluate(Vectors, controls);
        Assert.Equal(before, Files());

        // A figure that is gone is made again as it was, with what it is compared with.
        var gone = first.Document.Folder(first.Document.Controls[^1]);
        var rows = File.ReadAllText(Path.Combine(folder["cell"], "evaluations", gone, "metrics.csv"));
        Directory.Delete(Path.Combine(folder["cell"], "evaluations", gone), recursive: true);
        Evaluate(Vectors, controls);
        Assert.Equal(rows, File.ReadAllText(Path.Combine(folder["cell"], "evaluations", gone, "metrics.csv")));
    }
}
