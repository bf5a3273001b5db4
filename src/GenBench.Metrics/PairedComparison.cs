using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// Two sets of samples against one reference: the difference of each figure with a 95% interval, so that "A beats B" is a statement
/// with a level. What the reference's sampling does to both figures alike cancels, and so does what the samples share: sets of
/// equal size are taken as paired row by row (the same noise, the same label), which holds for independent sets as well.
/// </summary>
public static class PairedComparison
{
    /// <summary>The fewest rows of each set: fewer of a skewed law do not show how heavy its tail is, and intervals fall short.</summary>
    public const int MinRows = 200;

    /// <summary>All differences: <c>frechet_distance</c>, <c>kernel_distance</c>, <c>precision</c>, <c>recall</c>, <c>density</c> and <c>coverage</c>.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="a">Features [M, D] of the first set.</param>
    /// <param name="b">Features [K, D] of the second set.</param>
    /// <param name="seed">Seed of the groups and of the order of the rows.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), a set has fewer than 200 rows, or
    /// the sets do not fit each other.</exception>
    public static IReadOnlyList<MetricDifference> Measure(Tensor reference, Tensor a, Tensor b, int seed, CancellationToken cancellation = default) =>
        [Frechet(reference, a, b, seed, cancellation), Kernel(reference, a, b, seed, cancellation), .. Neighbours(reference, a, b, seed, cancellation)];

    /// <summary>The difference of the Fréchet distances alone; otherwise as <see cref="Measure"/>.</summary>
    public static MetricDifference Frechet(Tensor reference, Tensor a, Tensor b, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, first, second, sizes) = Check(reference, a, b);
        return MetricDifference.OfJackknives("frechet_distance", FrechetJackknife.Of(x, first, seed, cancellation), FrechetJackknife.Of(x, second, seed, cancellation), lowerIsBetter: true,
            $"Fréchet distances of Gaussians, ddof 1, float64, at these sizes; {sizes}, delete-a-group jackknife ({Jackknife.Groups} groups) over samples, A and B at once, and over reference, t with {Jackknife.Groups - 1} degrees; seed {seed}");
    }

    /// <summary>The difference of the kernel distances alone; otherwise as <see cref="Measure"/>.</summary>
    public static MetricDifference Kernel(Tensor reference, Tensor a, Tensor b, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, first, second, sizes) = Check(reference, a, b);
        var (ofA, ofB) = (KernelDistance.Whole(x, first, seed, cancellation), KernelDistance.Whole(x, second, seed, cancellation));
        var (low, high) = ofA.IntervalOfDifference(ofB);
        return new("kernel_distance", ofA.Value, ofB.Value, low, high, LowerIsBetter: true,
            $"unbiased MMD², kernel (x·y/D + 1)³, float64, of the whole sets, at most {KernelDistance.MaxIntervalRows} rows of each; {sizes}, delete-one jackknife over samples, A and B at once, and over reference, corrected for skewness; seed {seed}");
    }

    /// <summary>The differences of precision, recall, density and coverage alone; otherwise as <see cref="Measure"/>.</summary>
    public static IReadOnlyList<MetricDifference> Neighbours(Tensor reference, Tensor a, Tensor b, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, first, second, _) = Check(reference, a, b);
        return NeighbourMetrics.Compare(x, first, second, seed, cancellation);
    }

    private static (Tensor Reference, Tensor A, Tensor B, string Sizes) Check(Tensor reference, Tensor a, Tensor b)
    {
        var (x, first) = FeatureMatrix.CheckPair(reference, a, MinRows, "samples A");
        var (_, second) = FeatureMatrix.CheckPair(x, b, MinRows, "samples B");
        return (x, first, second, $"reference {x.shape[0]}, samples A {first.shape[0]}, samples B {second.shape[0]}; interval 95%");
    }
}
