using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>The negative log-likelihood of test images, one row per kind that the model gives, beside the truth where it is known.</summary>
public static class LikelihoodEvaluator
{
    /// <summary>Two-sided 95% quantile of the normal law.</summary>
    internal const double Z95 = 1.959963984540054;

    /// <summary>Evaluates the first images of the test split, each with one seeded draw of its encoding.</summary>
    /// <param name="model">The trained model, in evaluation mode.</param>
    /// <param name="dataset">The images, and what their rows say of them.</param>
    /// <param name="spec">What is measured.</param>
    /// <param name="evaluation">Seed and batch size.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="progress">Told after each batch, or null.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <param name="shards">Where each batch is kept until all are done; those that are there already are not computed again.</param>
    /// <returns>Rows named <c>nll</c>, and beside them <c>truth</c> and <c>gap</c> where the law of the data is known, unless the model is
    /// one of binarised images, which have another; the interval is mean ± 1.96 standard errors over images.</returns>
    /// <exception cref="ImpossibleLikelihoodException">A figure is better than the truth by more than four standard errors.</exception>
    public static IReadOnlyList<MetricRow> Evaluate(
        ILikelihoodModel model, Dataset dataset, LikelihoodSpec spec, EvaluationSpec evaluation, Device device,
        IProgress<DrawProgress>? progress, CancellationToken cancellation, ShardFolder? shards = null)
    {
        using var noGrad = no_grad();
        var test = dataset.Test;
        var law = model.Encoding == PixelEncoding.Binary && dataset.Spec.Values == DataValues.Bytes ? null : dataset.LogProbability;
        var truth = new List<double>();
        var count = (int)Math.Min(spec.Images, test.Count);
        var values = new Dictionary<(string Kind, string Unit), List<double>>();
        for (var first = 0; first < count; first += evaluation.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var size = Math.Min(evaluation.BatchSize, count - first);
            if (shards?.ReadEstimates(first, size) is not { } estimates)
            {
                estimates = EvaluateBatch(model, test, first, size, spec, evaluation, device);
                shards?.WriteEstimates(first, size, estimates);
            }
            foreach (var estimate in estimates)
            {
                if (!values.TryGetValue((estimate.Kind, estimate.Unit), out var list))
                    values.Add((estimate.Kind, estimate.Unit), list = []);
                list.AddRange(estimate.PerImage.data<double>());
            }
            if (law is not null)
                truth.AddRange(law(test.Images.narrow(0, first, size)).neg().data<double>());
            progress?.Report(new DrawProgress(first + size, 0));
        }
        var images = dataset.Describe(count == test.Count ? $"all {count} test images" : $"the first {count} of {test.Count} test images");
        MetricRow RowOf(string metric, string kind, string unit, IReadOnlyList<double> figures) => Row(metric, kind, unit, figures, images, evaluation.Seed);
        IEnumerable<MetricRow> rows = values.Select(pair => RowOf("nll", pair.Key.Kind, pair.Key.Unit, pair.Value));
        return law is null ? [.. rows] : [.. rows, .. TrueLikelihood.Rows(values, truth, dataset.Spec.Shape.Dimensions, RowOf)];
    }

    /// <summary>The figures of a batch, float64 on the CPU.</summary>
    private static IReadOnlyList<LikelihoodEstimate> EvaluateBatch(
        ILikelihoodModel model, ImageSplit test, int first, int size, LikelihoodSpec spec, EvaluationSpec evaluation, Device device)
    {
        var noise = new ImageNoise(Seeds.Of(Seeds.OfName("likelihood"), (ulong)evaluation.Seed), first, size, device);
        var pixels = test.Images.narrow(0, first, size).to(device);
        var encoded = PixelCodec.Encode(pixels, model.Encoding, noise.Uniform(0, pixels.shape.AsSpan(1)));
        var batch = new Batch(encoded, test.Labels?.narrow(0, first, size).to(device));
        var request = new LikelihoodRequest(noise.Fork(1)) { ImportanceSamples = spec.ImportanceSamples, Timesteps = spec.Timesteps };
        return [.. model.Likelihood(batch, request).Select(estimate => estimate with { PerImage = estimate.PerImage.to(ScalarType.Float64).cpu() })];
    }

    internal static MetricRow Row(string metric, string kind, string unit, IReadOnlyList<double> values, string images, int seed)
    {
        var invalid = values.Count(value => !double.IsFinite(value));
        var n = values.Count;
        var protocol = $"{images}, each encoded with one seeded draw where its encoding draws, seed {seed}; interval: mean ± 1.96 standard errors over images";
        if (invalid > 0)
            return new MetricRow(metric, double.NaN, null, null, n, unit, kind, $"{protocol}; {invalid} of {n} values are not finite");
        var mean = values.Average();
        var error = n > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (n - 1) / n) : double.NaN;
        return double.IsNaN(error)
            ? new MetricRow(metric, mean, null, null, n, unit, kind, protocol)
            : new MetricRow(metric, mean, mean - Z95 * error, mean + Z95 * error, n, unit, kind, protocol);
    }
}
