using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Metrics;
using GenBench.Metrics.Classifier;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Compares images in the features of the dataset's classifier. The reference's features are computed once, when first needed.</summary>
internal sealed class ClassifierMeasure : IQualityMeasure
{
    private const double Confident = 0.9;

    private readonly int seed;
    private readonly ClassifierExtractor extractor;
    private readonly Lazy<Tensor> referenceFeatures;

    /// <summary>Finds the dataset's classifier, training one where none is frozen.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="reference">The split that samples are compared with.</param>
    /// <param name="seed">Seed of the metrics.</param>
    /// <param name="classifiers">Where classifiers are found.</param>
    /// <param name="log">Told what takes long.</param>
    internal ClassifierMeasure(Dataset dataset, ImageSplit reference, int seed, ClassifierSource classifiers, CellLog log)
    {
        this.seed = seed;
        (extractor, var local) = classifiers.For(dataset, new QualityEvaluator.Notes(log));
        Description = $"{(local ? "local classifier" : "classifier")} {extractor.Checksum[..8]}, no resize";
        referenceFeatures = new Lazy<Tensor>(() =>
        {
            log.Progress(new CellMessage { Phase = $"features of {reference.Count} reference images", Fraction = 0 });
            return extractor.Features(reference.Images).DetachFromDisposeScope();
        });
    }

    public string Description { get; }

    public IReadOnlyList<MetricValue> Measure(Tensor images, Tensor? labels, IReadOnlyCollection<string> metrics, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var features = extractor.Features(images);
        var probabilities = new Lazy<Tensor>(() => extractor.Probabilities(images));
        var neighbours = new Lazy<IReadOnlyList<MetricValue>>(() => NeighbourMetrics.Measure(referenceFeatures.Value, features, seed));
        var histogram = metrics.Contains("class_entropy") ? ClassHistogram.FromScores(probabilities.Value) : null;
        return [.. metrics.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            var figure = name switch
            {
                "fid_clf" => FrechetDistance.Measure(referenceFeatures.Value, features, seed),
                "kid_clf" => KernelDistance.Measure(referenceFeatures.Value, features, seed),
                "is_clf" => InceptionScore.FromProbabilities(probabilities.Value, seed),
                "confident" => Share(name, probabilities.Value.amax([1]).gt(Confident), "probability above 0.9"),
                "class_accuracy" => Share(name, probabilities.Value.argmax(1).eq(labels!), "the classifier's likeliest class is the one asked for"),
                "class_entropy" => histogram!.Entropy(),
                _ => neighbours.Value.Single(value => value.Name == name),
            };
            return figure with { Name = name };
        }), .. histogram?.Counts() ?? []];
    }

    public void Dispose()
    {
        if (referenceFeatures.IsValueCreated)
            referenceFeatures.Value.Dispose();
        extractor.Dispose();
    }

    /// <summary>The share of samples that are hits, with Wilson's 95% interval.</summary>
    private static MetricValue Share(string name, Tensor hits, string protocol)
    {
        var n = hits.shape[0];
        var share = hits.to(ScalarType.Float64).mean().item<double>();
        var (low, high) = WilsonInterval.Of(share, n);
        return new MetricValue(name, share, low, high, n, $"{protocol}; interval: Wilson, 95%");
    }
}
