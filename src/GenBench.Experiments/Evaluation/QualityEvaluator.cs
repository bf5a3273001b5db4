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
    /// <summary>No figure is made of fewer.</summary>
    internal const int FewestImages = 10;

    private readonly EvaluationSpec evaluation;
    private readonly ImageSplit reference;
    private readonly ClassifierExtractor extractor;
    private readonly CellLog log;
    private readonly string protocol;
    private Tensor? referenceFeatures;

    /// <summary>Finds the dataset's classifier, training one where none is frozen.</summary>
    public QualityEvaluator(Dataset dataset, EvaluationSpec evaluation, ClassifierSource classifiers, CellLog log)
    {
        (this.evaluation, this.log) = (evaluation, log);
        reference = ReferenceOf(dataset, evaluation);
        (extractor, var local) = classifiers.For(dataset, new Notes(log));
        protocol = $"{(local ? "local classifier" : "classifier")} {extractor.Checksum[..8]}, no resize, reference {dataset.Describe($"{evaluation.Reference} ({reference.Count})")}";
    }

    /// <summary>The split that samples are compared with.</summary>
    /// <exception cref="BadInputException">It holds too few images for any figure.</exception>
    public static ImageSplit ReferenceOf(Dataset dataset, EvaluationSpec evaluation) => SplitOf(dataset, evaluation.Reference, "evaluation.reference");

    /// <summary>The split of that name.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="name"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
    /// <param name="member">The member that asks for it, for the message.</param>
    internal static ImageSplit SplitOf(Dataset dataset, string name, string member)
    {
        var split = name switch
        {
            "train" => dataset.Train,
            "validation" => dataset.Validation,
            _ => dataset.Test,
        };
        return split.Count >= FewestImages
            ? split
            : throw new BadInputException($"{member}: the {name} split of {dataset.Name} has {split.Count} images; at least {FewestImages} are needed");
    }

    /// <summary>What figures of this evaluator were computed against: extractor, split, count, seed.</summary>
    public string Reference => $"{protocol}, seed {evaluation.Seed}";

    /// <summary>Computes the named metrics, in their order.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="labels">The class asked for with each, int64 [N], or null.</param>
    /// <param name="metrics">Names of <see cref="MetricNames"/>, <see cref="MetricNames.Applicable">applicable</see> to these samples.</param>
    /// <param name="cancellation">Heard within each metric.</param>
    public IReadOnlyList<MetricRow> Evaluate(Tensor images, Tensor? labels, IReadOnlyCollection<string> metrics, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (features, probabilities) = extractor.FeaturesAndProbabilities(images, cancellation);
        var neighbours = new Lazy<IReadOnlyList<MetricValue>>(() => NeighbourMetrics.Measure(ReferenceFeatures(cancellation), features, evaluation.Seed, cancellation));
        var histogram = metrics.Contains("class_entropy") ? ClassHistogram.FromScores(probabilities) : null;
        return [.. metrics.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Row(name, name switch
            {
                "fid_clf" => FrechetDistance.Measure(ReferenceFeatures(cancellation), features, evaluation.Seed, cancellation),
                "kid_clf" => KernelDistance.Measure(ReferenceFeatures(cancellation), features, evaluation.Seed, cancellation),
                "is_clf" => InceptionScore.FromProbabilities(probabilities, evaluation.Seed),
                "confident" => Share(name, probabilities.amax([1]).gt(Confident), "probability above 0.9"),
                "class_accuracy" => Share(name, probabilities.argmax(1).eq(labels!), "the classifier's likeliest class is the one asked for"),
                "class_entropy" => histogram!.Entropy(),
                _ => neighbours.Value.Single(value => value.Name == name),
            });
        }), .. histogram?.Counts().Select(value => Row(value.Name, value)) ?? []];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        referenceFeatures?.Dispose();
        extractor.Dispose();
    }

    private Tensor ReferenceFeatures(CancellationToken cancellation)
    {
        if (referenceFeatures is null)
            log.Progress(new CellMessage { Phase = $"features of {reference.Count} {evaluation.Reference} images", Fraction = 0 });
        return referenceFeatures ??= extractor.Features(reference.Images, cancellation).DetachFromDisposeScope();
    }

    private MetricRow Row(string name, MetricValue value) =>
        new(name, value.Value, value.Low, value.High, value.N, "", "", $"{protocol}; {value.Protocol}");

    /// <summary>The share of samples that are hits, with Wilson's 95% interval.</summary>
    private static MetricValue Share(string name, Tensor hits, string protocol)
    {
        var n = hits.shape[0];
        var share = hits.to(ScalarType.Float64).mean().item<double>();
        var (low, high) = WilsonInterval.Of(share, n);
        return new MetricValue(name, share, low, high, n, $"{protocol}; interval: Wilson, 95%");
    }

    /// <summary>Tells the log about the training of a classifier.</summary>
    internal sealed class Notes(CellLog log) : IProgress<string>
    {
        public void Report(string value) => log.Note(value);
    }
}
