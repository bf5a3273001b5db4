using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>Which metrics see a missing mode and which see copies, by the intervals of their differences, where theory says so.</summary>
public sealed class WhatMetricsSeeTests
{
    private const int PerMode = 200;

    /// <summary>Normal clusters in the plane, so far apart that none is near another.</summary>
    private static Tensor Modes(int seed, int count, int rows) => cat(
        [.. Enumerable.Range(0, count).Select(mode => Draws.Normal(seed + mode, rows / count, 2) + tensor(new[] { 40.0 * mode, 0 }))]);

    [Fact]
    public void A_missing_mode_lowers_recall_and_coverage_and_leaves_precision()
    {
        using var scope = NewDisposeScope();
        const int all = 4 * PerMode;
        // All modes are alike, so precision does not depend on which of them the samples are of.
        var differences = PairedComparison.Measure(Modes(1, 4, all), Modes(11, 3, all - all % 3), Modes(21, 4, all), 0).ToDictionary(difference => difference.Name);
        Assert.True(differences["recall"].High < 0);
        Assert.True(differences["coverage"].High < 0);
        Assert.True(differences["frechet_distance"].Low > 0);
        // A quarter of the reference has no sample near it: its share of recall and coverage is gone, but for what chance adds elsewhere.
        Assert.InRange(differences["recall"].A / differences["recall"].B, 0.65, 0.85);
        Assert.InRange(differences["coverage"].A / differences["coverage"].B, 0.7, 0.8);
        Assert.InRange(differences["precision"].Difference, -0.1, 0.1);
    }

    [Fact]
    public void A_mode_that_is_not_there_lowers_precision_and_leaves_recall()
    {
        using var scope = NewDisposeScope();
        const int all = 3 * PerMode;
        var differences = PairedComparison.Measure(Modes(1, 3, all), cat([Modes(11, 3, all), Draws.Normal(14, PerMode, 2) + 500]), Modes(21, 3, all), 0)
            .ToDictionary(difference => difference.Name);
        Assert.True(differences["precision"].High < 0);
        Assert.InRange(differences["precision"].A / differences["precision"].B, 0.65, 0.85);
        Assert.InRange(differences["recall"].Difference, -0.1, 0.1);
        Assert.InRange(differences["coverage"].Difference, -0.05, 0.05);
    }

    [Fact]
    public void Copies_lower_authenticity_by_their_share_and_no_distance_sees_them()
    {
        using var scope = NewDisposeScope();
        const int n = 400, copied = 160;
        var (train, test, fresh) = (Draws.Normal(1, n, 4), Draws.Normal(2, n, 4), Draws.Normal(3, n, 4));
        var mixed = cat([train[..copied], fresh[copied..]]);
        var (honest, memorised) = (Memorisation.Measure(train, fresh, test), Memorisation.Measure(train, mixed, test));

        var authenticity = MetricDifference.OfIndependent(memorised.Authenticity, honest.Authenticity);
        Assert.True(authenticity.High < 0);
        Assert.InRange(authenticity.A / authenticity.B, 0.5, 0.7); // 1 − 0.4, but for which of the fresh ones were replaced
        var nearer = MetricDifference.OfIndependent(memorised.NearerThanTest!, honest.NearerThanTest!);
        Assert.True(nearer.Low > 0);
        Assert.InRange(nearer.Difference, 0.12, 0.28); // 0.4 · ½

        var distance = PairedComparison.Measure(test, mixed, fresh, 0)[0];
        Assert.InRange(distance.Difference, -2 * (distance.High - distance.Low), 2 * (distance.High - distance.Low));
    }

    [Fact]
    public void The_difference_of_independent_figures_is_that_of_their_intervals()
    {
        var (a, b) = (new MetricValue("figure", 0.5, 0.2, 0.9, 10, "a"), new MetricValue("figure", 0.4, 0.1, 0.7, 10, "b"));
        var difference = MetricDifference.OfIndependent(a, b);
        Assert.Equal(0.1, difference.Difference, 1e-12);
        Assert.Equal(0.1 - Math.Sqrt(0.09 + 0.09), difference.Low, 1e-12);
        Assert.Equal(0.1 + Math.Sqrt(0.16 + 0.09), difference.High, 1e-12);
        Assert.False(difference.LowerIsBetter);
    }
}
