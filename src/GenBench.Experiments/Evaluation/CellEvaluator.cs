using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Evaluates a trained cell: each sampler setting, then the likelihood. What is on disk is not done again.</summary>
public sealed class CellEvaluator(
    CellFolder folder, Cell cell, Dataset dataset, Registry registry, ClassifierSource classifiers,
    Device device, CellOptions options, TimeProvider time, CellLog log) : IDisposable
{
    private readonly EvaluationStore store = new(folder);
    private readonly Lazy<QualityEvaluator> quality = new(() => new QualityEvaluator(dataset, cell.Evaluation, classifiers, log));

    /// <summary>Whether every figure that the cell asks for is on disk.</summary>
    public bool IsComplete(IGenerativeModel model) =>
        cell.Samplers.All(choice =>
        {
            var (target, key) = Target(choice);
            return EvaluationStore.Info(target, key) is { } info && MissingMetrics(model, info, EvaluationStore.Rows(target)).Count == 0
                && MissingBatchSizes(EvaluationStore.Rows(target)).Count == 0;
        })
        && (model is not ILikelihoodModel || cell.Evaluation.Likelihood is not { } spec || File.Exists(Target(spec).Folder.Metrics))
        && (!ReconstructionAsked(model) || ReconstructionDone());

    /// <summary>Evaluates what is missing.</summary>
    /// <param name="model">The model with its trained weights, in evaluation mode.</param>
    /// <param name="cancellation">Checked before each network evaluation.</param>
    public void Run(IGenerativeModel model, CancellationToken cancellation)
    {
        foreach (var choice in cell.Samplers)
            EvaluateSampler(model, choice, cancellation);
        if (model is ILikelihoodModel likelihood && cell.Evaluation.Likelihood is { } spec)
            EvaluateLikelihood(likelihood, spec, cancellation);
        if (ReconstructionAsked(model))
            EvaluateReconstruction((IReconstructingModel)model, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (quality.IsValueCreated)
            quality.Value.Dispose();
    }

    private (EvaluationFolder Folder, string Key) Target(SamplerChoice choice) => (store.Folder(choice.Kind, cell.SamplesKey(choice)), cell.SamplesKey(choice));

    private (EvaluationFolder Folder, string Key) Target(LikelihoodSpec spec) => (store.Folder("likelihood", cell.LikelihoodKey(spec)), cell.LikelihoodKey(spec));

    private EvaluationFolder ReconstructionFolder => store.Folder("reconstruction", cell.ReconstructionKey);

    private bool ReconstructionAsked(IGenerativeModel model) =>
        model is IReconstructingModel && cell.Evaluation.Metrics.Contains("fid_clf") && dataset.Validation.Count >= QualityEvaluator.FewestImages;

    private bool ReconstructionDone() => EvaluationStore.Info(ReconstructionFolder, cell.ReconstructionKey)?.Reference == quality.Value.Reference;

    private void EvaluateSampler(IGenerativeModel model, SamplerChoice choice, CancellationToken cancellation)
    {
        var sampler = registry.CreateSampler(choice);
        var (target, key) = Target(choice);
        var info = EvaluationStore.Info(target, key);
        if (info is null || !File.Exists(target.Samples))
            info = Draw(model, sampler, choice, key, target, cancellation);
        var rows = EvaluationStore.Rows(target).ToList();

        if (MissingMetrics(model, info, rows) is { Count: > 0 } missing)
        {
            if (info.Reference != quality.Value.Reference)
                rows.RemoveAll(row => MetricNames.IsQuality(row.Metric));
            using var images = EvaluationStore.ReadSamples(target);
            using var labels = EvaluationStore.ReadLabels(target);
            rows.AddRange(quality.Value.Evaluate(images, labels, missing, cancellation));
            info = info with { Reference = quality.Value.Reference };
        }
        if (rows.All(row => row.Metric != "nfe"))
            rows.AddRange(Work(model, info.Nfe));
        // Figures first: a kill in between leaves them to be made again, never figures of another reference.
        CsvFile.Write(target.Metrics, rows);
        EvaluationStore.WriteInfo(target, info);

        if (MissingBatchSizes(rows) is { Count: > 0 } sizes)
        {
            log.Progress(new CellMessage { Phase = $"timing {choice.Label}", Fraction = 0 });
            rows.AddRange(new SamplingCost(time, device, options.Threads).Measure(model, sampler, info.Nfe, cell.Evaluation.Cost! with { BatchSizes = sizes }, cancellation));
            CsvFile.Write(target.Metrics, rows);
        }
    }

    private EvaluationInfo Draw(
        IGenerativeModel model, ISampler sampler, SamplerChoice choice, string key, EvaluationFolder target, CancellationToken cancellation)
    {
        log.Note($"sampling {choice.Samples} images with {choice.Label}");
        var progress = new PhaseProgress(log, time, $"sampling {choice.Label}", choice.Samples);
        using var samples = SampleDrawer.Draw(
            model, sampler, choice.Samples, SampleDrawer.Seed(cell.Evaluation), cell.Evaluation.BatchSize, device, progress, cancellation);
        EvaluationStore.WriteSamples(target, samples.Images, samples.Labels);
        var info = new EvaluationInfo(choice.Label, key, choice.Samples) { Nfe = samples.Nfe };
        EvaluationStore.WriteInfo(target, info);
        return info;
    }

    private static MetricRow[] Work(IGenerativeModel model, int nfe) =>
    [
        new("nfe", nfe, null, null, 1, "evaluations/image", "", "counted around the network"),
        new("macs_per_sample", (double)nfe * model.MacsPerEvaluation + model.MacsPerDecode, null, null, 1, "multiply-accumulates/image", "",
            "evaluations × the network's declared multiply-accumulates, decoder included"),
    ];

    /// <summary>The metrics asked for that are not there, or were computed against another reference.</summary>
    private List<string> MissingMetrics(IGenerativeModel model, EvaluationInfo info, IReadOnlyList<MetricRow> rows) =>
        MetricNames.Applicable(cell.Evaluation.Metrics, labelled: model is IConditionalModel) is not { Count: > 0 } asked ? []
        : info.Reference != quality.Value.Reference ? [.. asked]
        : [.. asked.Except(rows.Select(row => row.Metric))];

    private List<int> MissingBatchSizes(IReadOnlyList<MetricRow> rows) => cell.Evaluation.Cost is { } cost && !options.SkipCost
        ? [.. cost.BatchSizes.Where(size => rows.All(row => row.Metric != SamplingCost.RateName(size)))]
        : [];

    private void EvaluateReconstruction(IReconstructingModel model, CancellationToken cancellation)
    {
        if (ReconstructionDone())
            return;
        var count = Math.Min(cell.Evaluation.Samples, dataset.Validation.Count);
        log.Note($"reconstructing {count} validation images");
        using var images = dataset.Validation.Images.narrow(0, 0, count);
        var rows = ReconstructionEvaluator.Evaluate(model, images, cell.Evaluation.BatchSize, device, quality.Value, cancellation);
        var folder = ReconstructionFolder;
        Directory.CreateDirectory(folder.Path);
        CsvFile.Write(folder.Metrics, rows);
        EvaluationStore.WriteInfo(folder, new EvaluationInfo("", cell.ReconstructionKey, 0) { Reference = quality.Value.Reference });
    }

    private void EvaluateLikelihood(ILikelihoodModel model, LikelihoodSpec spec, CancellationToken cancellation)
    {
        var (target, key) = Target(spec);
        if (File.Exists(target.Metrics))
            return;
        log.Note($"likelihood of {Math.Min(spec.Images, dataset.Test.Count)} test images");
        var progress = new PhaseProgress(log, time, "likelihood", (int)Math.Min(spec.Images, dataset.Test.Count));
        var rows = LikelihoodEvaluator.Evaluate(model, dataset.Test, spec, cell.Evaluation, device, progress, cancellation);
        EvaluationStore.WriteInfo(target, new EvaluationInfo("", key, 0));
        CsvFile.Write(target.Metrics, rows);
    }
}
