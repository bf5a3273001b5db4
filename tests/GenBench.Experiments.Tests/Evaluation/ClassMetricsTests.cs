using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

/// <summary>Figures of class on real images, whose classes the frozen classifier knows.</summary>
public sealed class ClassMetricsTests : IDisposable
{
    private static readonly string[] Metrics = ["class_accuracy", "class_entropy"];
    private readonly TemporaryFolder folder = new();
    private readonly CellLog log;
    private readonly Dataset dataset;
    private readonly QualityEvaluator quality;

    public ClassMetricsTests()
    {
        log = new CellLog(folder["log.txt"], TimeProvider.System, _ => { });
        var registry = Registry.BuiltIn;
        var choice = registry.ChooseDataset("shapes", new JsonObject { ["train"] = 16, ["validation"] = 0, ["test"] = 200 });
        dataset = registry.OpenDataset(choice, folder.Path);
        quality = new QualityEvaluator(dataset, new EvaluationSpec(), new ClassifierSource(folder.Path), log);
    }

    public void Dispose()
    {
        quality.Dispose();
        dataset.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Accuracy_is_the_share_of_samples_of_the_class_asked_for()
    {
        var right = Assert.Single(quality.Evaluate(dataset.Test.Images, dataset.Test.Labels, ["class_accuracy"], CancellationToken.None));
        Assert.InRange(right.Value, 0.99, 1);
        Assert.InRange(right.Low!.Value, 0.97, right.Value);
        Assert.InRange(right.High!.Value, right.Value, 1);
        Assert.Equal(200, right.N);

        using var wrong = (dataset.Test.Labels! + 1).remainder(10);
        Assert.InRange(Assert.Single(quality.Evaluate(dataset.Test.Images, wrong, ["class_accuracy"], CancellationToken.None)).Value, 0, 0.01);
    }

    [Fact]
    public void Entropy_comes_with_the_count_of_every_class()
    {
        var rows = quality.Evaluate(dataset.Test.Images, null, ["class_entropy"], CancellationToken.None);
        Assert.Equal(["class_entropy", .. Enumerable.Range(0, 10).Select(k => $"class_count_{k}")], rows.Select(row => row.Metric));
        Assert.All(rows, row => Assert.True(MetricNames.IsQuality(row.Metric)));
        Assert.Equal(200, rows.Skip(1).Sum(row => row.Value));
        Assert.InRange(rows[0].Value, 0.95 * Math.Log(10), Math.Log(10));

        using var one = dataset.Test.Images.index_select(0, zeros(20, ScalarType.Int64));
        Assert.Equal(0, quality.Evaluate(one, null, ["class_entropy"], CancellationToken.None)[0].Value);
    }

    [Fact]
    public void Samples_without_classes_have_no_accuracy()
    {
        Assert.Equal(Metrics, MetricNames.Applicable(Metrics, labelled: true));
        Assert.Equal(["class_entropy"], MetricNames.Applicable(Metrics, labelled: false));
        Assert.All(Metrics, name => Assert.Contains(name, MetricNames.All));
        Assert.False(MetricNames.IsQuality("nfe"));
    }
}
