using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Images of a control, described and measured.</summary>
/// <param name="Features">float64 [N, D].</param>
/// <param name="Figures">The figures of them.</param>
internal sealed record MeasuredControl(Tensor Features, IReadOnlyList<MetricValue> Figures) : IDisposable
{
    public void Dispose() => Features.Dispose();
}

/// <summary>Measures images against a reference split and the training images, and one set of them against another.</summary>
internal sealed class ControlFigures : IDisposable
{
    private readonly ControlFeatures features;
    private readonly Tensor reference;
    private readonly Tensor train;
    private readonly Tensor test;
    private readonly IndependentValues? law;
    private readonly string protocol;
    private readonly int seed;

    internal ControlFigures(Dataset dataset, EvaluationSpec evaluation, ClassifierSource classifiers, CellLog log, CancellationToken cancellation)
    {
        features = new ControlFeatures(dataset, classifiers, log);
        var split = QualityEvaluator.ReferenceOf(dataset, evaluation);
        protocol = $"{features.Description}, reference {dataset.Describe($"{evaluation.Reference} ({split.Count})")}";
        log.Note($"features of {split.Count} {evaluation.Reference}, {dataset.Train.Count} training and {dataset.Test.Count} test images");
        (reference, train, test) = (Of(split), Of(dataset.Train), Of(dataset.Test));
        (law, seed) = (dataset.Law?.Values, evaluation.Seed);
        Reference = $"{protocol}, train ({dataset.Train.Count}), test ({dataset.Test.Count}), seed {seed}";

        Tensor Of(ImageSplit images) => features.Of(images.Images, cancellation);
    }

    /// <summary>What the figures are computed against.</summary>
    internal string Reference { get; }

    /// <summary>The figures of images: the distances, the neighbours', and how far they are copies of training images.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="cancellation">Ends the computation.</param>
    internal MeasuredControl Measure(Tensor images, CancellationToken cancellation)
    {
        var described = features.Of(images, cancellation);
        using var scope = NewDisposeScope();
        var memorisation = Memorisation.Measure(train, described, test, cancellation);
        return new MeasuredControl(described,
        [
            FrechetDistance.Measure(reference, described, seed, cancellation),
            KernelDistance.Measure(reference, described, seed, cancellation),
            .. NeighbourMetrics.Measure(reference, described, seed, cancellation),
            memorisation.Authenticity,
            memorisation.NearerThanTest!,
        ]);
    }

    /// <summary>The rows of what was measured.</summary>
    internal IEnumerable<MetricRow> Rows(MeasuredControl measured) => measured.Figures.Select(figure =>
        new MetricRow(features.NameOf(figure.Name), figure.Value, figure.Low, figure.High, figure.N, "", "", $"{protocol}; {figure.Protocol}"));

    /// <summary>The rows of what a set differs from another in. Sets of one size are paired image by image, for they share their noise.</summary>
    internal IEnumerable<MetricRow> Differences(MeasuredControl measured, MeasuredControl undisturbed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var paired = PairedComparison.Measure(reference, measured.Features, undisturbed.Features, seed, cancellation);
        var independent = measured.Figures.Zip(undisturbed.Figures, (a, b) => (A: a, B: b))
            .Where(pair => paired.All(difference => difference.Name != pair.A.Name)).Select(pair => MetricDifference.OfIndependent(pair.A, pair.B));
        var against = $"A less B, B the undisturbed control of {undisturbed.Features.shape[0]} images";
        return [.. paired.Concat(independent).Select(difference => new MetricRow(
            features.NameOf(difference.Name), difference.Difference, difference.Low, difference.High, measured.Features.shape[0], "", ControlKinds.Difference,
            $"{protocol}; {against}; {difference.Protocol}"))];
    }

    /// <summary>The rows of what the known laws say.</summary>
    /// <param name="control">The control, which says what became of the law.</param>
    /// <param name="undisturbed">Whether its images are of the dataset's own law.</param>
    /// <param name="samples">Number of images.</param>
    internal IEnumerable<MetricRow> Known(IControl control, bool undisturbed, int samples)
    {
        var (n, d) = (reference.shape[0], reference.shape[1]);
        if (undisturbed)
        {
            yield return Row("density", ControlKinds.Exact, 1, "of equal laws, on average over both sets");
            yield return Row("coverage", ControlKinds.Exact, KnownValues.Coverage(n, samples), "of equal laws, on average over both sets at these sizes");
            yield return Row("nearer_than_test", ControlKinds.Exact, 0.5, "of equal laws, on average over samples and test images");
        }
        if (law is null || control.Disturb(law) is not { } disturbed)
            yield break;
        var x = new IsotropicLaw(d, 0, 1);
        var y = new IsotropicLaw(d, (disturbed.Mean - law.Mean) / Math.Sqrt(law.Variance), disturbed.Variance / law.Variance);
        yield return Row("frechet_distance", ControlKinds.Exact, KnownValues.Frechet(x, y), "between the laws: what it tends to with the number of images");
        yield return Row("frechet_distance", ControlKinds.Expected, KnownValues.ExpectedFrechet(x, n, y, samples), "on average at these sizes, to first order in dimension over images");
        yield return Row("kernel_distance", ControlKinds.Exact, KnownValues.Kernel(x, y), "MMD² of the laws, which the estimate has on average");

        MetricRow Row(string name, string kind, double value, string what) =>
            new(features.NameOf(name), value, null, null, samples, "", kind, $"{protocol}; from the known laws, {what}");
    }

    public void Dispose()
    {
        foreach (var vectors in new[] { reference, train, test })
            vectors.Dispose();
        features.Dispose();
    }
}
