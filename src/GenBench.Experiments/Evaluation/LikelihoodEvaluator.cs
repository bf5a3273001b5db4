using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>The negative log-likelihood of test images, one row per kind that the model gives.</summary>
public static class LikelihoodEvaluator
{
    /// <summary>Two-sided 95% quantile of the normal law.</summary>
    private const double Z95 = 1.959963984540054;

    /// <summary>Evaluates the first images of the test split, each with one seeded draw of its encoding.</summary>
    /// <returns>Rows named <c>nll</c>; the interval is mean ± 1.96 standard errors over images.</returns>
    public static IReadOnlyList<MetricRow> Evaluate(
        ILikelihoodModel model, Dataset dataset, LikelihoodSpec spec, EvaluationSpec evaluation, Device device,
        IProgress<DrawProgress>? progress, CancellationToken cancellation)
    {
        using var noGrad = no_grad();
        var test = dataset.Test;
        var count = (int)Math.Min(spec.Images, test.Count);
        var seed = Seeds.Of(Seeds.OfName("likelihood"), (ulong)evaluation.Seed);
        var values = new Dictionary<(string Kind, string Unit), List<double>>();
        for (var first = 0; first < count; first += evaluation.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var size = Math.Min(evaluation.BatchSize, count - first);
            var noise = new ImageNoise(seed, first, size, device);
            var pixels = test.Images.narrow(0, first, size).to(device);
            var encoded = PixelCodec.Encode(pixels, model.Encoding, noise.Uniform(0, pixels.shape.AsSpan(1)));
            var batch = new Batch(encoded, test.Labels?.narrow(0, first, size).to(device));
            var request = new LikelihoodRequest(noise.Fork(1)) { ImportanceSamples = spec.ImportanceSamples, Timesteps = spec.Timesteps };
            foreach (var estimate in model.Likelihood(batch, request))
            {
                if (!values.TryGetValue((estimate.Kind, estimate.Unit), out var list))
                    values.Add((estimate.Kind, estimate.Unit), list = []);
                list.AddRange(estimate.PerImage.to(ScalarType.Float64).cpu().data<double>());
            }
            progress?.Report(new DrawProgress(first + size, 0));
        }
        var images = dataset.Describe(count == test.Count ? $"all {count} test images" : $"the first {count} of {test.Count} test images");
        return [.. values.Select(pair => Row(pair.Key.Kind, pair.Key.Unit, pair.Value, images, evaluation.Seed))];
    }

    internal static MetricRow Row(string kind, string unit, IReadOnlyList<double> values, string images, int seed)
    {
        var invalid = values.Count(value => !double.IsFinite(value));
        var n = values.Count;
        var protocol = $"{images}, each encoded with one seeded draw where its encoding draws, seed {seed}; interval: mean ± 1.96 standard errors over images";
        if (invalid > 0)
            return new MetricRow("nll", double.NaN, null, null, n, unit, kind, $"{protocol}; {invalid} of {n} values are not finite");
        var mean = values.Average();
        var error = n > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (n - 1) / n) : double.NaN;
        return double.IsNaN(error)
            ? new MetricRow("nll", mean, null, null, n, unit, kind, protocol)
            : new MetricRow("nll", mean, mean - Z95 * error, mean + Z95 * error, n, unit, kind, protocol);
    }
}
