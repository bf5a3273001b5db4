using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using GenBench.Tests.Results;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

/// <summary>The best of three snapshots, of which the second spoils its images least.</summary>
public sealed class SnapshotSelectionTests : IDisposable
{
    private const int Samples = 60;
    private readonly TemporaryFolder root = new();
    private readonly CellFolder folder;
    private readonly CellLog log;
    private readonly Dataset dataset;
    private readonly Cell cell;

    public SnapshotSelectionTests()
    {
        folder = new CellFolder(root["cell"]);
        Directory.CreateDirectory(folder.Snapshots);
        log = new CellLog(root["log.txt"], TimeProvider.System, _ => { });
        var registry = Registry.BuiltIn;
        var shapes = registry.ChooseDataset("shapes", new JsonObject { ["train"] = 400, ["validation"] = 100, ["test"] = 100 });
        dataset = registry.OpenDataset(shapes, root.Path);
        cell = new Cell("test", shapes, new ModelChoice("spoiler", 1, []), 0, new TrainingSpec { Steps = 3, Snapshots = 3 },
            [registry.ChooseSampler("direct", [], Samples)],
            new EvaluationSpec { Samples = Samples, Metrics = ["fid_clf"], Snapshots = "best" });
        using var model = new Spoiler(dataset);
        foreach (var (noise, i) in new[] { 0.8, 0.1, 0.4 }.Select((noise, i) => (noise, i)))
        {
            model.Spoil(noise);
            WeightsFile.Save(folder.Snapshot(i + 1, 3), model.Network);
        }
        WeightsFile.Save(folder.Weights, model.Network);
    }

    public void Dispose()
    {
        dataset.Dispose();
        log.Dispose();
        root.Dispose();
    }

    [Fact]
    public void The_snapshot_nearest_to_the_validation_images_is_evaluated_beside_the_last()
    {
        using var model = new Spoiler(dataset);
        WeightsFile.Load(folder.Weights, model.Network);
        using var evaluator = Evaluator();
        Assert.False(evaluator.IsComplete(model));
        evaluator.Run(model, CancellationToken.None);
        Assert.True(evaluator.IsComplete(model));

        var evaluations = folder.ListEvaluations();
        var samples = cell.EvaluationFolders.Where(name => name.StartsWith("direct", StringComparison.Ordinal));
        Assert.Equal(samples.Order(StringComparer.Ordinal), evaluations.Select(evaluation => Path.GetFileName(evaluation.Path)));
        var (last, best) = (Evaluation("direct", null), Evaluation("direct, best snapshot", Cell.BestSnapshot));
        Assert.Equal((2.0, "of 3"), best.Where(row => row.Metric == "best_snapshot").Select(row => (row.Value, row.Unit)).Single());
        Assert.DoesNotContain(last, row => row.Metric == "best_snapshot");
        Assert.True(Fid(best) < Fid(last), $"{Fid(best)} and {Fid(last)}");
        Assert.Contains("reference test (100)", best.Single(row => row.Metric == "fid_clf").Protocol, StringComparison.Ordinal);
        // The network is the same, and so is what it costs.
        Assert.Contains(last, row => row.Unit == "images/s");
        Assert.DoesNotContain(best, row => row.Unit == "images/s");

        IReadOnlyList<MetricRow> Evaluation(string label, string? snapshot)
        {
            var key = cell.SamplesKey(cell.Samplers[0], snapshot);
            var target = new EvaluationStore(folder).Folder("direct", key);
            Assert.Equal(label, EvaluationStore.Info(target, key)!.Sampler);
            return EvaluationStore.Rows(target);
        }

        static double Fid(IReadOnlyList<MetricRow> rows) => rows.Single(row => row.Metric == "fid_clf").Value;
    }

    [Fact]
    public void What_was_chosen_is_not_sampled_again_and_what_was_not_finished_goes_on()
    {
        using var model = new Spoiler(dataset);
        var sampler = Registry.BuiltIn.CreateSampler(cell.Samplers[0]);
        SnapshotScore Choose() => new SnapshotSelection(folder, cell, dataset, new ClassifierSource(root.Path), CPU, TimeProvider.System, log)
            .Choose(model, sampler, cell.Samplers[0], CancellationToken.None);
        Assert.Equal(2, Choose().Snapshot);
        Assert.Equal(3, model.Batches);
        Assert.Equal(2, Choose().Snapshot);
        Assert.Equal(3, model.Batches);

        var file = Assert.Single(Directory.GetFiles(folder.Snapshots, "*.csv"));
        var scores = CsvFile.Read<SnapshotScore>(file);
        Assert.All(scores, score => Assert.Contains("validation (100)", score.Reference, StringComparison.Ordinal));
        CsvFile.Write(file, scores.Take(1));
        Assert.Equal(2, Choose().Snapshot);
        Assert.Equal(5, model.Batches);
    }

    [Fact]
    public void Samples_of_a_snapshot_that_another_setting_chooses_are_others()
    {
        var other = Registry.BuiltIn.ChooseSampler("direct", [], Samples + 1);
        string BestOf(params SamplerChoice[] samplers) => (cell with { Samplers = samplers }).SamplesKey(other, Cell.BestSnapshot);
        string[] keys = [BestOf(other), BestOf(cell.Samplers[0], other), BestOf(Registry.BuiltIn.ChooseSampler("direct", [], Samples + 2), other)];
        Assert.Equal(3, keys.Distinct().Count());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Samples_drawn_with_another_number_of_threads_than_trained_are_not_reproducible(int more, bool reproducible)
    {
        AtomicFile.WriteText(folder.TrainedJson, $$"""{ "device": "cpu", "threads": {{get_num_threads() + more}} }""");
        using var model = new Spoiler(dataset);
        using var evaluator = Evaluator();
        evaluator.Run(model, CancellationToken.None);
        Assert.All(cell.Samplers, choice => Assert.Equal(
            reproducible, EvaluationStore.Info(new EvaluationStore(folder).Folder("direct", cell.SamplesKey(choice)), cell.SamplesKey(choice))!.BitReproducible));
    }

    [Fact]
    public void Another_number_of_repeats_is_timed_anew_and_lost_figures_are_made_again()
    {
        using var model = new Spoiler(dataset);
        using (var first = Evaluator())
            first.Run(model, CancellationToken.None);
        var target = new EvaluationStore(folder).Folder("direct", cell.SamplesKey(cell.Samplers[0]));
        var before = EvaluationStore.Rows(target);
        using var evaluator = Evaluator(repeats: 2);
        Assert.False(evaluator.IsComplete(model));
        evaluator.Run(model, CancellationToken.None);
        Assert.True(evaluator.IsComplete(model));
        Assert.Equal(2, EvaluationStore.Rows(target).Single(row => row.Kind == "measured").N);
        Assert.Equal(before.Where(row => row.Kind != "measured"), EvaluationStore.Rows(target).Where(row => row.Kind != "measured"));

        CsvFile.Write(target.Metrics, before.Where(row => row.Metric != "nfe"));
        Assert.False(Evaluator().IsComplete(model));
    }

    [Fact]
    public void A_dataset_without_validation_images_is_refused()
    {
        var none = Registry.BuiltIn.ChooseDataset("shapes", new JsonObject { ["train"] = 16, ["validation"] = 0, ["test"] = 16 });
        using var opened = Registry.BuiltIn.OpenDataset(none, root.Path);
        Assert.StartsWith("evaluation.snapshots: the validation split of shapes has 0 images",
            Assert.Throws<BadInputException>(() => SnapshotSelection.ReferenceOf(opened)).Message, StringComparison.Ordinal);
    }

    private CellEvaluator Evaluator(int repeats = 1) => new(
        folder, cell with { Evaluation = cell.Evaluation with { Cost = new CostSpec { BatchSizes = [2], Repeats = repeats } } }, dataset, Registry.BuiltIn, new ClassifierSource(root.Path), CPU, new CellOptions(root.Path, "cpu", 1, SkipCost: false), TimeProvider.System, log);

    /// <summary>Training images with noise, as much as its one weight says.</summary>
    private sealed class Spoiler(Dataset dataset) : IDirectSampler, IDisposable
    {
        private readonly OneWeight network = new();

        public int Batches { get; private set; }

        public void Spoil(double noise)
        {
            using var noGrad = no_grad();
            network.weight.fill_(noise);
        }

        public nn.Module Network => network;

        public IReadOnlyList<Stage> Stages => [];

        public PixelEncoding Encoding => PixelEncoding.Symmetric;

        public long MacsPerEvaluation => 1;

        public Tensor Sample(DirectSampleRequest request)
        {
            Batches++;
            var index = (request.Noise.Uniform(0) * dataset.Train.Count).to(ScalarType.Int64);
            var images = dataset.Train.Images.index_select(0, index).to(ScalarType.Float32) / 127.5 - 1;
            return (images + request.Noise.Normal(1, 1, 16, 16) * network.weight).clamp(-1, 1);
        }

        public void Dispose() => network.Dispose();
    }

    private sealed class OneWeight : nn.Module
    {
        public readonly Parameter weight = nn.Parameter(zeros(1));

        public OneWeight() : base(nameof(OneWeight)) => RegisterComponents();
    }
}
