using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>Compares two sets of samples that need not come from this suite: what <c>genbench evaluate</c> does.</summary>
public sealed class SetEvaluator(Registry registry, TimeProvider time, IProgress<SetProgress> progress)
{
    /// <summary>Computes the figures, and writes the samples' statistics where asked to.</summary>
    /// <exception cref="BadInputException">The request cannot be met; the message says why and what would be right.</exception>
    /// <exception cref="OperationCanceledException">Stopped; features of a whole set that were done are kept.</exception>
    public SetEvaluationResult Run(SetEvaluationRequest request, CancellationToken cancellation)
    {
        var source = new SetSource(registry, request, time, progress, cancellation);
        if (request.SaveStatistics is { } target && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(target))))
            throw new BadInputException($"--save-stats {target}: there is no such folder; make it first");
        using var scope = NewDisposeScope();
        using var samples = source.Open(request.Samples, "samples");
        using var reference = source.Open(request.Reference, "reference");
        using var chosen = source.ChooseExtractor([samples], reference);
        var metrics = new SetMetrics(samples, reference, chosen?.Extractor).Choose(request.Metrics);
        if (request.SaveStatistics is not null && samples is StatisticsSet)
            throw new BadInputException("--save-stats: the samples are statistics already");

        var distances = metrics.Any(metric => metric.Value != SetMetric.Inception);
        var classes = metrics.Any(metric => metric.Value == SetMetric.Inception);
        var ofSamples = source.Describe(chosen, samples, "samples", distances || request.SaveStatistics is not null, classes);
        if (request.SaveStatistics is { } path)
            SaveStatistics(path, ofSamples.Features!);
        var ofReference = source.Describe(chosen, reference, "reference", distances, classes: false);

        var figures = new SetFigures(samples, ofSamples, reference, ofReference, cancellation);
        var protocol = $"{chosen?.Description ?? "features as given"}; samples {samples.Description}; reference {reference.Description}";
        return new(samples.Description, reference.Description, chosen?.Features,
            [.. metrics.Select(metric => Measure(metric.Key, metric.Value))]);

        MetricValue Measure(string name, SetMetric metric)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report(new($"computing {name}"));
            var value = figures.Measure(name, metric);
            return value with { Name = name, Protocol = $"{protocol}; {value.Protocol}" };
        }
    }

    private static void SaveStatistics(string path, Tensor features)
    {
        using var scope = NewDisposeScope();
        using var moments = FeatureMoments.Of(features);
        FeatureFile.WriteStatistics(path, moments.Mean(), moments.Covariance());
    }
}
