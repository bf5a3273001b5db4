using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Evaluates a trained cell: each sampler setting, then the likelihood. What is on disk is not done again.</summary>
public sealed class CellEvaluator(
    CellFolder folder, Cell cell, Dataset dataset, Registry registry, ClassifierSource classifiers,
    Device device, CellOptions options, TimeProvider time, CellLog log) : IDisposable
{
    private const string Nfe = "nfe", ChosenSnapshot = "best_snapshot";

    private readonly EvaluationStore store = new(folder);
    private readonly Lazy<QualityEvaluator> quality = new(() => new QualityEvaluator(dataset, cell.Evaluation, classifiers, log));
    private readonly Lazy<bool> asTrained = new(() => folder.Trained() is { } trained && new Maker(trained.Device, trained.Threads) == Maker.On(device));

    /// <summary>Whether every figure that the cell asks for is on disk.</summary>
    public bool IsComplete(IGenerativeModel model) =>
        cell.Samplers.All(choice => IsComplete(model, choice, null) && (!cell.ChoosesSnapshot || IsComplete(model, choice, Cell.BestSnapshot)))
        && (model is not ILikelihoodModel || cell.Evaluation.Likelihood is not { } spec || LikelihoodDone(spec))
        && (!ReconstructionAsked(model) || ReconstructionDone());

    /// <summary>Evaluates what is missing.</summary>
    /// <param name="model">The model with its trained weights, in evaluation mode; it has others at the end where the best
    /// snapshot is asked for.</param>
    /// <param name="cancellation">Checked before each network evaluation.</param>
    public void Run(IGenerativeModel model, CancellationToken cancellation)
    {
        foreach (var choice in cell.Samplers)
            EvaluateSampler(model, choice, best: null, cancellation);
        if (model is ILikelihoodModel likelihood && cell.Evaluation.Likelihood is { } spec)
            EvaluateLikelihood(likelihood, spec, cancellation);
        if (ReconstructionAsked(model))
            EvaluateReconstruction((IReconstructingModel)model, cancellation);
        if (cell.ChoosesSnapshot)
            EvaluateBestSnapshot(model, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (quality.IsValueCreated)
            quality.Value.Dispose();
    }

    private bool IsComplete(IGenerativeModel model, SamplerChoice choice, string? snapshot)
    {
        var (target, key) = Target(choice, snapshot);
        if (EvaluationStore.Info(target, key) is not { } info)
            return false;
        var rows = EvaluationStore.Rows(target);
        return Has(rows, snapshot is null ? Nfe : ChosenSnapshot) && MissingMetrics(model, info, rows).Count == 0 && (snapshot is not null || MissingBatchSizes(rows).Count == 0);
    }

    private (EvaluationFolder Folder, string Key) Target(SamplerChoice choice, string? snapshot)
    {
        var key = cell.SamplesKey(choice, snapshot);
        return (store.Folder(choice.Kind, key), key);
    }

    private (EvaluationFolder Folder, string Key) Target(LikelihoodSpec spec) => (store.Folder("likelihood", cell.LikelihoodKey(spec)), cell.LikelihoodKey(spec));

    private ShardFolder Shards(string name) => new(Path.Combine(folder.Shards, name), device, log);

    /// <summary>Whether it was evaluated, and on images of which the same must be said.</summary>
    private bool LikelihoodDone(LikelihoodSpec spec)
    {
        var (target, key) = Target(spec);
        return File.Exists(target.Metrics) && EvaluationStore.Info(target, key)?.Reference == dataset.Protocol;
    }

    private EvaluationFolder ReconstructionFolder => store.Folder("reconstruction", cell.ReconstructionKey);

    private bool ReconstructionAsked(IGenerativeModel model) =>
        model is IReconstructingModel && cell.Evaluation.Metrics.Contains("fid_clf") && dataset.Validation.Count >= QualityEvaluator.FewestImages;

    private bool ReconstructionDone() => File.Exists(ReconstructionFolder.Metrics) && EvaluationStore.Info(ReconstructionFolder, cell.ReconstructionKey)?.Reference == quality.Value.Reference;

    private void EvaluateBestSnapshot(IGenerativeModel model, CancellationToken cancellation)
    {
        var first = cell.Samplers[0];
        var best = new SnapshotSelection(folder, cell, dataset, classifiers, device, time, log).Choose(model, registry.CreateSampler(first), first, cancellation);
        log.Note($"the best snapshot is {best.Snapshot} of {cell.Training.Snapshots}");
        WeightsFile.Load(folder.Snapshot(best.Snapshot, cell.Training.Snapshots), model.Network);
        foreach (var choice in cell.Samplers)
            EvaluateSampler(model, choice, best, cancellation);
    }

    /// <param name="model">The model with the weights to evaluate.</param>
    /// <param name="choice">The setting.</param>
    /// <param name="best">The snapshot that the weights are of, or null for the final ones, whose cost is measured as well.</param>
    /// <param name="cancellation">Checked before each network evaluation.</param>
    private void EvaluateSampler(IGenerativeModel model, SamplerChoice choice, SnapshotScore? best, CancellationToken cancellation)
    {
        var sampler = registry.CreateSampler(choice);
        var (target, key) = Target(choice, best is null ? null : Cell.BestSnapshot);
        var label = best is null ? choice.Label : $"{choice.Label}, best snapshot";
        var info = EvaluationStore.Info(target, key);
        if (info is null || !File.Exists(target.Samples))
            info = Draw(model, sampler, choice, label, key, target, cancellation);
        var rows = EvaluationStore.Rows(target).ToList();

        if (MissingMetrics(model, info, rows) is { Count: > 0 } missing)
        {
            if (info.Reference != quality.Value.Reference)
                rows.RemoveAll(row => MetricNames.IsQuality(row.Metric));
            using var images = EvaluationStore.ReadSamples(target, dataset.Spec.Values);
            using var labels = EvaluationStore.ReadLabels(target);
            rows.AddRange(quality.Value.Evaluate(images, labels, missing, cancellation));
            info = info with { Reference = quality.Value.Reference };
        }
        if (!Has(rows, Nfe))
            rows.AddRange(Work(model, info.Nfe));
        if (best is not null && !Has(rows, ChosenSnapshot))
            rows.Add(Chosen(best));
        EvaluationStore.Write(target, info, rows);

        if (best is null && MissingBatchSizes(rows) is { Count: > 0 } sizes)
        {
            log.Note($"timing {choice.Label}");
            log.Progress(new CellMessage { Phase = $"timing {choice.Label}", Fraction = 0 });
            rows.RemoveAll(row => SamplingCost.Measures(row, sizes));
            rows.AddRange(new SamplingCost(time, device, options.Threads).Measure(model, sampler, info.Nfe, cell.Evaluation.Cost! with { BatchSizes = sizes }, cancellation));
            CsvFile.Write(target.Metrics, rows);
        }
    }

    private EvaluationInfo Draw(
        IGenerativeModel model, ISampler sampler, SamplerChoice choice, string label, string key, EvaluationFolder target, CancellationToken cancellation)
    {
        log.Note($"sampling {choice.Samples} images with {label}");
        var progress = new PhaseProgress(log, time, $"sampling {label}", choice.Samples);
        var shards = Shards(Path.GetFileName(target.Path));
        using var samples = SampleDrawer.Draw(
            model, sampler, choice.Samples, SampleDrawer.Seed(cell.Evaluation), cell.Evaluation.BatchSize, device, progress, cancellation, values: dataset.Spec.Values, shards: shards);
        EvaluationStore.WriteSamples(target, samples.Images, samples.Labels);
        var info = new EvaluationInfo(label, key, choice.Samples) { Nfe = samples.Nfe, BitReproducible = asTrained.Value && shards.BitReproducible };
        EvaluationStore.WriteInfo(target, info);
        shards.Remove();
        return info;
    }

    private static MetricRow[] Work(IGenerativeModel model, int nfe) =>
    [
        new(Nfe, nfe, null, null, 1, "evaluations/image", "", "counted around the network"),
        new("macs_per_sample", (double)nfe * model.MacsPerEvaluation + model.MacsPerDecode, null, null, 1, "multiply-accumulates/image", "",
            "evaluations × the network's declared multiply-accumulates, decoder included"),
    ];

    private MetricRow Chosen(SnapshotScore best) => new(
        ChosenSnapshot, best.Snapshot, null, null, best.N, $"of {cell.Training.Snapshots}", "",
        System.FormattableString.Invariant($"the least {MetricNames.Deciding(dataset.Spec.Values)}, {best.Value:F3}, of {best.N} samples under {cell.Samplers[0].Label}, {best.Reference}"));

    /// <summary>The metrics asked for that are not there, or were computed against another reference.</summary>
    private List<string> MissingMetrics(IGenerativeModel model, EvaluationInfo info, IReadOnlyList<MetricRow> rows) =>
        MetricNames.Applicable(cell.Evaluation.Metrics, labelled: model is IConditionalModel) is not { Count: > 0 } asked ? []
        : info.Reference != quality.Value.Reference ? [.. asked]
        : [.. asked.Except(rows.Select(row => row.Metric))];

    private List<int> MissingBatchSizes(IReadOnlyList<MetricRow> rows) => cell.Evaluation.Cost is { } cost && !options.SkipCost
        ? [.. cost.BatchSizes.Where(size => !rows.Any(row => row.Metric == SamplingCost.RateName(size) && row.N == cost.Repeats))]
        : [];

    private static bool Has(IReadOnlyList<MetricRow> rows, string metric) => rows.Any(row => row.Metric == metric);

    private void EvaluateReconstruction(IReconstructingModel model, CancellationToken cancellation)
    {
        if (ReconstructionDone())
            return;
        var count = Math.Min(cell.Evaluation.Samples, dataset.Validation.Count);
        log.Note($"reconstructing {count} validation images");
        var rows = ReconstructionEvaluator.Evaluate(model, dataset, count, cell.Evaluation.BatchSize, device, quality.Value, cancellation);
        EvaluationStore.Write(ReconstructionFolder, new EvaluationInfo("", cell.ReconstructionKey, 0) { Reference = quality.Value.Reference, BitReproducible = asTrained.Value }, rows);
    }

    private void EvaluateLikelihood(ILikelihoodModel model, LikelihoodSpec spec, CancellationToken cancellation)
    {
        if (LikelihoodDone(spec))
            return;
        var (target, key) = Target(spec);
        log.Note($"likelihood of {Math.Min(spec.Images, dataset.Test.Count)} test images");
        var progress = new PhaseProgress(log, time, "likelihood", (int)Math.Min(spec.Images, dataset.Test.Count));
        // The batch size is no part of the likelihood's key.
        var shards = Shards(System.FormattableString.Invariant($"{Path.GetFileName(target.Path)}-{cell.Evaluation.BatchSize}"));
        var rows = LikelihoodEvaluator.Evaluate(model, dataset, spec, cell.Evaluation, device, progress, cancellation, shards);
        Directory.CreateDirectory(target.Path);
        if (PlaneFiles.Shows(dataset.Spec) && rows.Any(row => row.Kind == "exact"))
            PlaneFiles.WriteDensity(target.Density, dataset, points => LogDensity(model, points));
        EvaluationStore.Write(target, new EvaluationInfo("", key, 0) { Reference = dataset.Protocol, BitReproducible = asTrained.Value && shards.BitReproducible }, rows);
        shards.Remove();
    }

    /// <summary>ln p of points under a model that knows it exactly.</summary>
    private Tensor LogDensity(ILikelihoodModel model, Tensor points)
    {
        using var noGrad = no_grad();
        var request = new LikelihoodRequest(new ImageNoise(0, 0, (int)points.shape[0], device));
        return model.Likelihood(new Batch(points.to(device), null), request).First(estimate => estimate.Kind == "exact").PerImage.neg().cpu();
    }
}
