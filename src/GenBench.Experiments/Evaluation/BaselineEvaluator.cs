using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;
using GenBench.Metrics.Baselines;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>
/// The rows beside every table, at each sample size that the tables use: real training images (the floor), a Gaussian
/// fitted to the training pixels (what no learning gives), uniform noise (the ceiling). Of points in the plane also the truth, for the
/// report to draw.
/// </summary>
public sealed class BaselineEvaluator(CellFolder folder, BaselineDocument document, Dataset dataset, ClassifierSource classifiers, CellLog log)
{
    private readonly EvaluationStore store = new(folder);

    /// <summary>Evaluates what is missing.</summary>
    public void Run(CancellationToken cancellation)
    {
        if (PlaneFiles.Shows(dataset.Spec))
            PlaneFiles.WriteTruth(folder, dataset);
        if (document.Evaluation.Metrics.Count == 0)
            return;
        using var quality = new QualityEvaluator(dataset, document.Evaluation, classifiers, log);
        foreach (var count in document.Counts)
            foreach (var model in BaselineDocument.Models)
                Evaluate(model, count, quality, cancellation);
    }

    private void Evaluate(string model, int count, QualityEvaluator quality, CancellationToken cancellation)
    {
        if (model == "real-train" && (count > dataset.Train.Count || document.Evaluation.Reference == "train"))
        {
            log.Note($"{model}: {count} training images apart from the reference are not to be had; no floor at that size");
            return;
        }
        var key = document.Key(model, count);
        var target = store.Folder($"{model}-n{count}", key);
        var info = EvaluationStore.Info(target, key) ?? new EvaluationInfo("", key, count, model);
        var rows = info.Reference == quality.Reference ? EvaluationStore.Rows(target).ToList() : [];
        var missing = MetricNames.Applicable(document.Evaluation.Metrics, labelled: false).Except(rows.Select(row => row.Metric)).ToArray();
        if (missing.Length == 0)
            return;
        log.Progress(new CellMessage { Phase = $"{model}, n = {count}", Fraction = 0 });
        log.Note($"measuring {count} images of {model}");
        using var images = Draw(model, count, Seeds.Of(Seeds.OfName(model), (ulong)document.Evaluation.Seed));
        if (!File.Exists(target.Samples))
            EvaluationStore.WriteSamples(target, images);
        rows.AddRange(quality.Evaluate(images, labels: null, missing, cancellation));
        EvaluationStore.Write(target, info with { Reference = quality.Reference }, rows);
    }

    private Tensor Draw(string model, int count, ulong seed) => model switch
    {
        "real-train" => RealImages(count, seed),
        "pixel-gaussian" => PixelGaussian.Sample(dataset.Train, count, seed),
        _ when dataset.Spec.Values == DataValues.Reals => UniformNoise.Within(dataset.Train, count, seed),
        _ => UniformNoise.Sample(dataset.Spec.Shape, count, seed),
    };

    /// <summary>Training images without replacement, in seeded order: [count, C, H, W].</summary>
    private Tensor RealImages(int count, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        return dataset.Train.Images.index_select(0, randperm(dataset.Train.Count, generator: generator).narrow(0, 0, count)).DetachFromDisposeScope();
    }
}
