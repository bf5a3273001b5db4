using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Evaluates a trained cell: each sampler setting, then the likelihood. What is on disk is not done again.</summary>
public sealed class CellEvaluator(
    CellFolder folder, Cell cell, Dataset dataset, Registry registry, ClassifierSource classifiers,
    Device device, CellOptions options, TimeProvider time, CellLog log)
{
    private readonly EvaluationStore store = new(folder);

    /// <summary>Evaluates what is missing.</summary>
    /// <param name="model">The model with its trained weights, in evaluation mode.</param>
    /// <param name="cancellation">Checked before each network evaluation.</param>
    public void Run(IGenerativeModel model, CancellationToken cancellation)
    {
        using var quality = new QualityEvaluator(dataset, cell.Evaluation, classifiers, log);
        foreach (var choice in cell.Samplers)
            EvaluateSampler(model, choice, quality, cancellation);
        if (model is ILikelihoodModel likelihood && cell.Evaluation.Likelihood is { } spec)
            EvaluateLikelihood(likelihood, spec, cancellation);
    }

    private void EvaluateSampler(IGenerativeModel model, SamplerChoice choice, QualityEvaluator quality, CancellationToken cancellation)
    {
        var sampler = registry.CreateSampler(choice);
        var key = CellKeys.Evaluation(cell.TrainingKey, choice, choice.Samples, cell.Evaluation.Seed, cell.Evaluation.BatchSize);
        var target = store.Folder(choice.Kind, key);
        var info = EvaluationStore.Info(target, key) ?? Draw(model, sampler, choice, key, target, cancellation);
        var rows = EvaluationStore.Rows(target).ToList();

        if (info.Reference != quality.Reference)
        {
            rows.RemoveAll(row => MetricNames.All.Contains(row.Metric));
            info = info with { Reference = quality.Reference };
        }
        var missing = cell.Evaluation.Metrics.Except(rows.Select(row => row.Metric)).ToArray();
        if (missing.Length > 0)
        {
            using var images = EvaluationStore.ReadSamples(target);
            rows.AddRange(quality.Evaluate(images, missing));
        }
        if (rows.All(row => row.Metric != "nfe"))
            rows.AddRange(Work(model, info.Nfe));
        if (cell.Evaluation.Cost is { } cost && !options.SkipCost && MissingBatchSizes(cost, rows) is { Count: > 0 } sizes)
        {
            log.Progress(new CellMessage { Phase = $"timing {choice.Label}", Fraction = 0 });
            rows.AddRange(new SamplingCost(time, device, options.Threads).Measure(model, sampler, info.Nfe, cost with { BatchSizes = sizes }, cancellation));
        }
        EvaluationStore.WriteInfo(target, info);
        CsvFile.Write(target.Metrics, rows);
    }

    private EvaluationInfo Draw(
        IGenerativeModel model, ISampler sampler, SamplerChoice choice, string key, EvaluationFolder target, CancellationToken cancellation)
    {
        log.Note($"sampling {choice.Samples} images with {choice.Label}");
        var progress = new PhaseProgress(log, time, $"sampling {choice.Label}", choice.Samples);
        using var samples = SampleDrawer.Draw(
            model, sampler, choice.Samples, SampleDrawer.Seed(cell.Evaluation), cell.Evaluation.BatchSize, device, progress, cancellation);
        EvaluationStore.WriteSamples(target, samples.Images);
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

    private static List<int> MissingBatchSizes(CostSpec cost, List<MetricRow> rows) =>
        [.. cost.BatchSizes.Where(size => rows.All(row => row.Metric != SamplingCost.RateName(size)))];

    private void EvaluateLikelihood(ILikelihoodModel model, LikelihoodSpec spec, CancellationToken cancellation)
    {
        var key = CellKeys.Likelihood(cell.TrainingKey, spec, cell.Evaluation.Seed);
        var target = store.Folder("likelihood", key);
        if (File.Exists(target.Metrics))
            return;
        log.Note($"likelihood of {Math.Min(spec.Images, dataset.Test.Count)} test images");
        var progress = new PhaseProgress(log, time, "likelihood", (int)Math.Min(spec.Images, dataset.Test.Count));
        var rows = LikelihoodEvaluator.Evaluate(model, dataset.Test, spec, cell.Evaluation, device, progress, cancellation);
        EvaluationStore.WriteInfo(target, new EvaluationInfo("", key, 0));
        CsvFile.Write(target.Metrics, rows);
    }
}
