using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Compares reals as the vectors that they are.</summary>
/// <param name="reference">The reference split, whose owner is the dataset.</param>
/// <param name="seed">Seed of directions and groups.</param>
internal sealed class VectorMeasure(ImageSplit reference, int seed) : IQualityMeasure
{
    public string Description => "raw vectors";

    public IReadOnlyList<MetricValue> Measure(Tensor images, Tensor? labels, IReadOnlyCollection<string> metrics, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (truth, samples) = (reference.Images.flatten(1), images.flatten(1));
        return [.. metrics.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            return name == "mmd2"
                ? MaximumMeanDiscrepancy.Measure(truth, samples, seed, cancellation: cancellation)
                : SlicedWasserstein.Measure(truth, samples, seed, cancellation: cancellation);
        })];
    }

    public void Dispose()
    {
    }
}
