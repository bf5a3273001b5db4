using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

public sealed class LikelihoodEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void The_interval_is_the_mean_with_its_standard_errors()
    {
        var row = LikelihoodEvaluator.Row("ELBO", "nats", [90, 92, 94, 96], "all 4 test images", seed: 0);
        // Variance 20/3 with n − 1, standard error √(20/3/4).
        Assert.Equal(93, row.Value, 1e-12);
        Assert.Equal(93 + 1.959963984540054 * Math.Sqrt(20.0 / 12), row.High!.Value, 1e-12);
        Assert.Equal(93 - 1.959963984540054 * Math.Sqrt(20.0 / 12), row.Low!.Value, 1e-12);
        Assert.StartsWith("all 4 test images, each encoded", row.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_not_finite_are_counted_and_never_averaged_away()
    {
        var row = LikelihoodEvaluator.Row("ELBO", "nats", [90, double.NaN, double.PositiveInfinity, 96], "all 4 test images", seed: 0);
        Assert.True(double.IsNaN(row.Value));
        Assert.Null(row.Low);
        Assert.Contains("2 of 4 values are not finite", row.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_says_what_was_done_to_the_images_and_is_made_anew_when_that_changes()
    {
        var registry = Registry.BuiltIn;
        var shapes = registry.ChooseDataset("shapes", new JsonObject { ["train"] = 8, ["validation"] = 0, ["test"] = 20 });
        using var dataset = registry.OpenDataset(shapes, root.Path);
        var cell = new Cell("test", shapes, new ModelChoice("uniform", 1, []), 0, new TrainingSpec { Steps = 1 }, [],
            new EvaluationSpec { Metrics = [], Likelihood = new LikelihoodSpec { Images = 12 } });
        using var log = new CellLog(root["log.txt"], TimeProvider.System, _ => { });
        var folder = new CellFolder(root["cell"]);
        using var model = new Uniform();

        MetricRow Row(Dataset images)
        {
            using var evaluator = new CellEvaluator(
                folder, cell, images, registry, new ClassifierSource(root.Path), CPU, new CellOptions(root.Path, "cpu", 1, SkipCost: true), TimeProvider.System, log);
            evaluator.Run(model, CancellationToken.None);
            Assert.True(evaluator.IsComplete(model));
            return Assert.Single(EvaluationStore.Rows(Assert.Single(folder.ListEvaluations())));
        }

        var row = Row(dataset);
        Assert.Equal(("nll", 8.0, "bits/dim", "exact"), (row.Metric, row.Value, row.Unit, row.Kind));
        Assert.StartsWith("the first 12 of 20 test images, each encoded", row.Protocol, StringComparison.Ordinal);
        Assert.Equal((row, 1), (Row(dataset), model.Calls));
        var told = Row(dataset with { Protocol = "a part, area resize from 32x32" });
        Assert.StartsWith("the first 12 of 20 test images of a part, area resize from 32x32, each encoded", told.Protocol, StringComparison.Ordinal);
        Assert.Equal(2, model.Calls);
    }

    /// <summary>All images of 8 bits are equally likely: 8 bits for each of their values.</summary>
    private sealed class Uniform : ILikelihoodModel, IDisposable
    {
        private readonly nn.Module network = nn.Identity();

        public int Calls { get; private set; }

        public nn.Module Network => network;

        public IReadOnlyList<Stage> Stages => [];

        public PixelEncoding Encoding => PixelEncoding.Dequantised;

        public long MacsPerEvaluation => 1;

        public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
        {
            Calls++;
            return [new LikelihoodEstimate("exact", "bits/dim", full(batch.Images.shape[0], 8.0))];
        }

        public void Dispose() => network.Dispose();
    }
}
