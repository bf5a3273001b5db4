using System.Runtime.InteropServices;
using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>The figures of two described sets. Its tensors belong to the caller.</summary>
internal sealed class SetFigures
{
    private const int Seed = 0;
    private readonly SampleSet samples;
    private readonly SampleSet reference;
    private readonly Described ofSamples;
    private readonly Described ofReference;
    private readonly CancellationToken cancellation;
    private readonly Lazy<IReadOnlyList<MetricValue>> neighbours;

    internal SetFigures(SampleSet samples, Described ofSamples, SampleSet reference, Described ofReference, CancellationToken cancellation)
    {
        (this.samples, this.ofSamples, this.reference, this.ofReference, this.cancellation) = (samples, ofSamples, reference, ofReference, cancellation);
        neighbours = new(() => NeighbourMetrics.Measure(ofReference.Features!, ofSamples.Features!, Seed, cancellation));
    }

    /// <summary>One figure.</summary>
    /// <param name="name">Its final name.</param>
    /// <param name="metric">How it is computed.</param>
    /// <exception cref="BadInputException">The features do not fit each other, are too few, or allow no such figure.</exception>
    internal MetricValue Measure(string name, SetMetric metric)
    {
        MetricValue value;
        try
        {
            value = metric switch
            {
                SetMetric.Frechet when ofSamples.Features is { } y && ofReference.Features is { } x => FrechetDistance.Measure(x, y, Seed, cancellation),
                SetMetric.Frechet => FrechetOfStatistics(),
                SetMetric.Kernel => KernelDistance.Measure(ofReference.Features!, ofSamples.Features!, Seed, cancellation),
                SetMetric.Inception => InceptionScore.FromProbabilities(ofSamples.Probabilities!, Seed),
                _ => neighbours.Value.Single(figure => figure.Name == name),
            };
        }
        catch (ExternalException error)
        {
            throw new BadInputException($"{name} cannot be computed of these features: {error.Message.Split('\n')[0]}", error);
        }
        return double.IsFinite(value.Value) ? value : throw new BadInputException($"{name} of these features is {value.Value}: they are too large");
    }

    private MetricValue FrechetOfStatistics()
    {
        using var scope = NewDisposeScope();
        var (mean1, covariance1) = Statistics(reference, ofReference);
        var (mean2, covariance2) = Statistics(samples, ofSamples);
        return new("frechet_distance", FrechetDistance.FromStatistics(mean1, covariance1, mean2, covariance2), null, null, ofSamples.Features?.shape[0] ?? 0,
            "Fréchet distance of Gaussians from mean and covariance, float64; statistics do not say how many images they are of; no interval");
    }

    private static (Tensor Mean, Tensor Covariance) Statistics(SampleSet set, Described described)
    {
        if (set is StatisticsSet given)
            return (given.Mean, given.Covariance);
        using var moments = FeatureMoments.Of(described.Features!);
        return (moments.Mean(), moments.Covariance());
    }
}
