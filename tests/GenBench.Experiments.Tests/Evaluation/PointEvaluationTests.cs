using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

/// <summary>Points in the plane from the file of samples to the figures, the baselines and what the report draws.</summary>
public sealed class PointEvaluationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CellLog log;
    private readonly DatasetChoice choice;
    private readonly Dataset dataset;

    public PointEvaluationTests()
    {
        log = new CellLog(folder["log.txt"], TimeProvider.System, _ => { });
        choice = Registry.BuiltIn.ChooseDataset("gaussians", new JsonObject { ["train"] = 2000, ["validation"] = 100, ["test"] = 1500 });
        dataset = Registry.BuiltIn.OpenDataset(choice, folder.Path);
    }

    public void Dispose()
    {
        dataset.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Samples_are_kept_bit_by_bit_with_their_classes_and_no_grid()
    {
        using var scope = NewDisposeScope();
        var target = new EvaluationFolder(folder["evaluation"]);
        EvaluationStore.WriteSamples(target, dataset.Train.Images, dataset.Train.Labels);
        var read = EvaluationStore.ReadSamples(target, DataValues.Reals);
        Assert.Equal(dataset.Train.Images.shape, read.shape);
        Assert.Equal(dataset.Train.Images.bytes.ToArray(), read.bytes.ToArray());
        Assert.Equal(dataset.Train.Labels!.data<long>().ToArray(), EvaluationStore.ReadLabels(target)!.data<long>().ToArray());
        Assert.False(File.Exists(target.Grid));
        var points = CsvFile.Read<PlanePoint>(target.Points);
        Assert.Equal(1000, points.Count); // the first
        Assert.Equal(dataset.Train.Images[7, 1, 0, 0].item<float>(), (float)points[7].Y);
    }

    [Fact]
    public void A_file_of_images_is_no_file_of_reals()
    {
        NpzFile.WriteImages(folder["images.npz"], new byte[8], 2, 2, 2, 1);
        var error = Assert.Throws<BadInputException>(() => NpzFile.ReadReals(folder["images.npz"]));
        Assert.StartsWith($"{folder["images.npz"]}: no .npz of real values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_are_compared_as_vectors()
    {
        using var scope = NewDisposeScope();
        using var quality = new QualityEvaluator(dataset, new EvaluationSpec(), new ClassifierSource(folder.Path), log);
        var same = quality.Evaluate(dataset.Test.Images, null, MetricNames.OfReals, CancellationToken.None);
        Assert.Equal(["sliced_wasserstein", "mmd2"], same.Select(row => row.Metric));
        Assert.Equal(0, same[0].Value, 1e-9);
        var moved = quality.Evaluate(dataset.Test.Images + 1, null, MetricNames.OfReals, CancellationToken.None);
        Assert.Equal(1, moved[0].Value, 0.1); // √(|shift|²/2): a direction sees half of the square of (1, 1)
        Assert.True(moved[1].Value > same[1].Value);
        Assert.StartsWith("raw vectors, reference test (1500); ", moved[0].Protocol, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.safetensors")); // no classifier was trained
    }

    [Fact]
    public void Baselines_lie_between_the_floor_and_the_noise_and_the_truth_is_kept_for_the_report()
    {
        var cell = new CellFolder(folder["baseline"]);
        Directory.CreateDirectory(cell.Path);
        var document = new BaselineDocument(1, "test", choice, dataset.Checksum, new EvaluationSpec { Metrics = ["sliced_wasserstein"] }, [1000]);
        var evaluator = new BaselineEvaluator(cell, document, dataset, new ClassifierSource(folder.Path), log);
        evaluator.Run(CancellationToken.None);
        var distances = BaselineDocument.Models.ToDictionary(model => model, model => EvaluationStore.Rows(
            new EvaluationStore(cell).Folder($"{model}-n1000", document.Key(model, 1000))).Single(row => row.Metric == "sliced_wasserstein").Value);
        Assert.True(distances["real-train"] < 0.5 * distances["pixel-gaussian"], string.Join(", ", distances));
        Assert.True(distances["real-train"] < 0.5 * distances["uniform-noise"], string.Join(", ", distances));

        Assert.Equal(1000, CsvFile.Read<PlanePoint>(cell.TruthPoints).Count);
        var density = CsvFile.Read<PlaneDensity>(cell.TruthDensity);
        Assert.Equal(80 * 80, density.Count);
        var (first, last) = (density[0], density[^1]);
        Assert.True(first.X < last.X && first.Y > last.Y); // from the top left to the bottom right
        var area = Math.Pow((last.X - first.X) / 79, 2);
        Assert.Equal(1, density.Sum(point => point.Density) * area, 0.02);

        var written = File.GetLastWriteTimeUtc(new EvaluationStore(cell).Folder("real-train-n1000", document.Key("real-train", 1000)).Samples);
        evaluator.Run(CancellationToken.None);
        Assert.Equal(written, File.GetLastWriteTimeUtc(new EvaluationStore(cell).Folder("real-train-n1000", document.Key("real-train", 1000)).Samples));
    }

    [Fact]
    public void A_flow_is_trained_sampled_measured_and_its_density_drawn()
    {
        var (spec, samplers) = (new TrainingSpec { Steps = 300, BatchSize = 64, Snapshots = 2 }, new[] { Registry.BuiltIn.ChooseSampler("direct", [], 200) });
        var evaluation = new EvaluationSpec { Samples = 200, Metrics = MetricNames.OfReals, Snapshots = "best", Likelihood = new LikelihoodSpec { Images = 300 } };
        var options = new JsonObject { ["channels"] = 16 };
        var cell = new Cell("test", choice, new ModelChoice("realnvp", 2, options), 0, spec, samplers, evaluation);
        var target = new CellFolder(folder["cell"]);
        manual_seed(1);
        var model = Registry.BuiltIn.CreateModel(cell.Model, choice.Data);
        using var network = model.Network;
        using (var batches = new DatasetBatches(dataset.Train, 64, model.Encoding, flip: false, seed: 1, CPU))
            new Trainer(TimeProvider.System, log).Run(new TrainingJob(model, batches, spec, 1, cell.TrainingKey, target, CPU), TestContext.Current.CancellationToken);
        using var evaluator = new CellEvaluator(target, cell, dataset, Registry.BuiltIn, new ClassifierSource(folder.Path), CPU,
            new CellOptions("", "cpu", 1, SkipCost: true), TimeProvider.System, log);
        evaluator.Run(model, CancellationToken.None);
        Assert.True(evaluator.IsComplete(model));

        var likelihood = target.ListEvaluations().Single(each => Path.GetFileName(each.Path).StartsWith("likelihood", StringComparison.Ordinal));
        var nll = EvaluationStore.Rows(likelihood).Single(row => row.Metric == "nll");
        Assert.Equal(("exact", "nats"), (nll.Kind, nll.Unit));
        Assert.InRange(nll.Value, 1, 5); // the law's own entropy is 1.69 nats, a uniform law over the ring's square has 3.7
        var density = CsvFile.Read<PlaneDensity>(likelihood.Density);
        Assert.Equal(0.9, density.Sum(point => point.Density) * Math.Pow((density[^1].X - density[0].X) / 79, 2), 0.15); // some lies beyond the grid
        var best = target.ListEvaluations().SelectMany(each => EvaluationStore.Rows(each)).Single(row => row.Metric == "best_snapshot");
        Assert.StartsWith("the least sliced_wasserstein, ", best.Protocol, StringComparison.Ordinal);
    }
}
