using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>Compares two sets of samples that need not come from this suite: what <c>genbench evaluate</c> does.</summary>
public sealed class SetEvaluator(Registry registry, TimeProvider time, IProgress<SetProgress> progress)
{
    private const int MaxSide = 4096;

    /// <summary>Computes the figures, and writes the samples' statistics where asked to.</summary>
    /// <exception cref="BadInputException">The request cannot be met; the message says why and what would be right.</exception>
    /// <exception cref="OperationCanceledException">Stopped; features of a whole set that were done are kept.</exception>
    public SetEvaluationResult Run(SetEvaluationRequest request, CancellationToken cancellation)
    {
        Check(request);
        using var scope = NewDisposeScope();
        var reader = new SampleSetReader(registry, request.DataFolder, request.Resize);
        using var samples = Open(reader, request.Samples, "samples", cancellation);
        using var reference = Open(reader, request.Reference, "reference", cancellation);
        using var chosen = ChooseExtractor(request, samples, reference, cancellation);
        var metrics = new SetMetrics(samples, reference, chosen?.Extractor).Choose(request.Metrics);
        if (request.SaveStatistics is not null && samples is StatisticsSet)
            throw new BadInputException("--save-stats: the samples are statistics already");

        var cache = new FeatureCache(Path.Combine(request.CacheFolder, "features"), request.CacheBytes, time);
        var pass = chosen is null ? null : new FeaturePass(chosen.Extractor, cache, progress, cancellation);
        var distances = metrics.Any(metric => metric.Value != SetMetric.Inception);
        var classes = metrics.Any(metric => metric.Value == SetMetric.Inception);
        var ofSamples = Describe(pass, samples, "samples", distances || request.SaveStatistics is not null, classes);
        if (request.SaveStatistics is { } path)
            SaveStatistics(path, ofSamples.Features!);
        var ofReference = Describe(pass, reference, "reference", distances, classes: false);

        var figures = new SetFigures(samples, ofSamples, reference, ofReference, cancellation);
        var protocol = $"{chosen?.Description ?? "features as given"}; samples {samples.Description}; reference {reference.Description}";
        return new(samples.Description, reference.Description, chosen is null ? null : new SetFeatures(chosen.Label, chosen.Extractor.Checksum, chosen.Extractor.Preprocessing),
            [.. metrics.Select(metric => Measure(metric.Key, metric.Value))]);

        MetricValue Measure(string name, SetMetric metric)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report(new($"computing {name}"));
            var value = figures.Measure(name, metric);
            return value with { Name = name, Protocol = $"{protocol}; {value.Protocol}" };
        }
    }

    private static void Check(SetEvaluationRequest request)
    {
        if (request.Resize is < 1 or > MaxSide)
            throw new BadInputException($"--resize {request.Resize}: must be between 1 and {MaxSide}");
        if (request.CacheBytes < 0)
            throw new BadInputException("--cache-limit: must be at least 0");
        if (request.SaveStatistics is { } path && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new BadInputException($"--save-stats {path}: there is no such folder; make it first");
    }

    private SampleSet Open(SampleSetReader reader, string path, string what, CancellationToken cancellation) =>
        reader.Open(path, (done, total) => progress.Report(new($"files of the {what}", done, total)), cancellation);

    /// <summary>The extractor, or null where no set has images.</summary>
    private ChosenExtractor? ChooseExtractor(SetEvaluationRequest request, SampleSet samples, SampleSet reference, CancellationToken cancellation)
    {
        var images = (samples as ImageSet ?? reference as ImageSet)?.Images;
        if (images is null)
            return request.Features is null ? null : throw new BadInputException($"--features {request.Features}: neither set has images to compute features of; leave it out");
        if (samples is ImageSet a && reference is ImageSet b && (a.Images.Height, a.Images.Width) != (b.Images.Height, b.Images.Width))
            throw new BadInputException($"the samples are {a.Images.Height}x{a.Images.Width} and the reference is {b.Images.Height}x{b.Images.Width}; give --resize N");
        if (request.Features is { } name)
            return ChosenExtractor.Named(name, images, request.DataFolder, progress, cancellation);
        if (reference is ImageSet { Images: DatasetImages { Dataset: var dataset } })
            return ChosenExtractor.Of(dataset, request.CacheFolder, progress);
        throw new BadInputException("--features is needed for images where the reference is no dataset: inception, a frozen classifier such as mnist, or a TorchScript FILE.pt");
    }

    private static Described Describe(FeaturePass? pass, SampleSet set, string what, bool features, bool classes) => set switch
    {
        ImageSet { Images: var images } => pass!.Of(images, what, features, classes),
        FeatureSet { Features: var given } => new(given),
        _ => new(Features: null),
    };

    private static void SaveStatistics(string path, Tensor features)
    {
        using var scope = NewDisposeScope();
        using var moments = FeatureMoments.Of(features);
        FeatureFile.WriteStatistics(path, moments.Mean(), moments.Covariance());
    }
}
