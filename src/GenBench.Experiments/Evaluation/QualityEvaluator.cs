using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Metrics;
using GenBench.Metrics.Classifier;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Compares samples with a reference split in the features of the dataset's classifier. The reference's
/// features are computed once, when first needed.</summary>
public sealed class QualityEvaluator : IDisposable
{
    private const double Confident = 0.9;
    private const int FewestImages = 10;
    private readonly EvaluationSpec evaluation;
    private readonly ImageSplit reference;
    private readonly ClassifierExtractor extractor;
    private readonly Lazy<Tensor> referenceFeatures;
    private readonly string protocol;

    /// <summary>Finds the dataset's classifier, training one where none is frozen.</summary>
    public QualityEvaluator(Dataset dataset, EvaluationSpec evaluation, ClassifierSource classifiers, CellLog log)
    {
        this.evaluation = evaluation;
        reference = ReferenceOf(dataset, evaluation);
        (extractor, var local) = classifiers.For(dataset, new Notes(log));
        protocol = $"{(local ? "local classifier" : "classifier")} {extractor.Checksum[..8]}, no resize, reference {evaluation.Reference} ({reference.Count}){(dataset.Protocol.Length > 0 ? $" of {dataset.Protocol}" : "")}";
        referenceFeatures = new Lazy<Tensor>(() =>
        {
            log.Progress(new CellMessage { Phase = $"features of {reference.Count} {evaluation.Reference} images", Fraction = 0 });
            var (features, logits) = extractor.Features(reference.Images);
            logits?.Dispose();
            return features.DetachFromDisposeScope();
        });
    }

    /// <summary>The split that samples are compared with.</summary>
    /// <exception cref="BadInputException">It holds too few images for any figure.</exception>
    public static ImageSplit ReferenceOf(Dataset dataset, EvaluationSpec evaluation)
    {
        var split = evaluation.Reference switch
        {
            "train" => dataset.Train,
            "validation" => dataset.Validation,
            _ => dataset.Test,
        };
        return split.Count >= FewestImages
            ? split
            : throw new BadInputException($"evaluation.reference: the {evaluation.Reference} split of {dataset.Name} has {split.Count} images; at least {FewestImages} are needed");
    }

    /// <summary>What figures of this evaluator were computed against: extractor, split, count, seed.</summary>
    public string Reference => $"{protocol}, seed {evaluation.Seed}";

    /// <summary>Computes the named metrics, in their order.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="metrics">Names of <see cref="MetricNames"/>.</param>
    /// <param name="cancellation">Checked before each metric.</param>
    public IReadOnlyList<MetricRow> Evaluate(Tensor images, IReadOnlyCollection<string> metrics, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (features, logits) = extractor.Features(images);
        var neighbours = new Lazy<IReadOnlyList<MetricValue>>(() => NeighbourMetrics.Measure(referenceFeatures.Value, features, evaluation.Seed));
        return [.. metrics.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Row(name, name switch
            {
                "fid_clf" => FrechetDistance.Measure(referenceFeatures.Value, features, evaluation.Seed),
                "kid_clf" => KernelDistance.Measure(referenceFeatures.Value, features, evaluation.Seed),
                "is_clf" => InceptionScore.FromLogits(logits!, evaluation.Seed),
                "confident" => ConfidentShare(logits!),
                _ => neighbours.Value.Single(value => value.Name == name),
            });
        })];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (referenceFeatures.IsValueCreated)
            referenceFeatures.Value.Dispose();
        extractor.Dispose();
    }

    private MetricRow Row(string name, MetricValue value) =>
        new(name, value.Value, value.Low, value.High, value.N, "", "", $"{protocol}; {value.Protocol}");

    /// <summary>The share of samples whose likeliest class has a probability above 0.9, with Wilson's 95% interval.</summary>
    private static MetricValue ConfidentShare(Tensor logits)
    {
        var n = logits.shape[0];
        var share = logits.softmax(1).amax([1]).gt(Confident).to(ScalarType.Float64).mean().item<double>();
        const double Z = 1.959963984540054;
        var centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
        var half = Z / (1 + Z * Z / n) * Math.Sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n));
        return new MetricValue("confident", share, centre - half, centre + half, n, "probability above 0.9; interval: Wilson, 95%");
    }

    private sealed class Notes(CellLog log) : IProgress<string>
    {
        public void Report(string value) => log.Note(value);
    }
}
