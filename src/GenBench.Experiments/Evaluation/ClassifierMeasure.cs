using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Metrics;
using GenBench.Metrics.Classifier;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Compares images in the features of the dataset's classifier. The reference's features are computed once, when first needed.</summary>
internal sealed class ClassifierMeasure : IQualityMeasure
{
    private const double Confident = 0.9;

    private readonly ImageSplit reference;
    private readonly EvaluationSpec evaluation;
    private readonly ClassifierExtractor extractor;
    private readonly CellLog log;
    private Tensor? referenceFeatures;

    /// <summary>Finds the dataset's classifier, training one where none is frozen.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="reference">The split that samples are compared with.</param>
    /// <param name="evaluation">Its seed, and the reference's name.</param>
    /// <param name="classifiers">Where classifiers are found.</param>
    /// <param name="log">Told what takes long.</param>
    internal ClassifierMeasure(Dataset dataset, ImageSplit reference, EvaluationSpec evaluation, ClassifierSource classifiers, CellLog log)
    {
        (this.reference, this.evaluation, this.log) = (reference, evaluation, log);
        (extractor, var local) = classifiers.For(dataset, new Notes(log));
        Description = ClassifierSource.Describe(extractor, local);
    }

    public string Description { get; }

    public IReadOnlyList<MetricValue> Measure(Tensor images, Tensor? labels, IReadOnlyCollection<string> metrics, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (features, probabilities) = extractor.FeaturesAndProbabilities(images, cancellation);
        var neighbours = new Lazy<IReadOnlyList<MetricValue>>(() => NeighbourMetrics.Measure(ReferenceFeatures(cancellation), features, evaluation.Seed, cancellation));
        var histogram = metrics.Contains("class_entropy") ? ClassHistogram.FromScores(probabilities) : null;
        return [.. metrics.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            var figure = name switch
            {
                "fid_clf" => FrechetDistance.Measure(ReferenceFeatures(cancellation), features, evaluation.Seed, cancellation),
                "kid_clf" => KernelDistance.Measure(ReferenceFeatures(cancellation), features, evaluation.Seed, cancellation),
                "is_clf" => InceptionScore.FromProbabilities(probabilities, evaluation.Seed),
                "confident" => Share(name, probabilities.amax([1]).gt(Confident), "probability above 0.9"),
                "class_accuracy" => Share(name, probabilities.argmax(1).eq(labels!), "the classifier's likeliest class is the one asked for"),
                "class_entropy" => histogram!.Entropy(),
                _ => neighbours.Value.Single(value => value.Name == name),
            };
            return figure with { Name = name };
        }), .. histogram?.Counts() ?? []];
    }

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
