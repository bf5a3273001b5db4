using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>What figures are by closed forms, against the figures themselves.</summary>
public sealed class KnownValuesTests
{
    private const int D = 3, Sets = 200;

    private static IsotropicLaw Law(double mean, double variance) => new(D, mean, variance);

    private static Tensor Draw(IsotropicLaw law, int seed, long rows) => Draws.Normal(seed, rows, law.Dimension) * Math.Sqrt(law.Variance) + law.Mean;

    /// <summary>The mean of a figure over independent sets is what is expected, within five standard errors and what the closed form leaves out.</summary>
    private static void IsOnAverage(double expected, double slack, Func<int, double> figure)
    {
        var values = Enumerable.Range(0, Sets).Select(i =>
        {
            using var scope = NewDisposeScope();
            return figure(2 * i);
        }).ToArray();
        var mean = values.Average();
        var error = 5 * Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (Sets - 1) / Sets) + slack;
        Assert.InRange(mean, expected - error, expected + error);
    }

    [Fact]
    public void A_shift_adds_its_squared_length_to_the_Frechet_distance_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var (x, y, shift) = (Draws.Normal(1, 100, D), Draws.Normal(2, 80, D), tensor(new[] { 0.3, -1, 2 }));
        var length = shift.square().sum().item<double>();
        Assert.Equal(length, FrechetDistance.Between(x, x + shift), 1e-7);
        // Between two sets the means' own difference counts as well.
        var apart = (x.mean([0L]) - y.mean([0L])).square().sum().item<double>();
        var moved = (x.mean([0L]) - y.mean([0L]) - shift).square().sum().item<double>();
        Assert.Equal(moved - apart, FrechetDistance.Between(x, y + shift) - FrechetDistance.Between(x, y), 1e-7);
        Assert.Equal(D * 0.25, KnownValues.Frechet(Law(1, 2), Law(1.5, 2)), 1e-12);
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.7, 2.25)]
    public void The_Frechet_distance_of_laws_is_that_of_their_moments(double mean, double variance)
    {
        using var scope = NewDisposeScope();
        Tensor Mean(double value) => full(D, value, ScalarType.Float64);
        var identity = eye(D, dtype: ScalarType.Float64);
        Assert.Equal(
            FrechetDistance.FromStatistics(Mean(0.2), identity * 1.5, Mean(mean), identity * variance),
            KnownValues.Frechet(Law(0.2, 1.5), Law(mean, variance)), 1e-9);
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.0, 1.44)]
    [InlineData(0.3, 1.0)]
    public void The_Frechet_distance_of_samples_exceeds_that_of_the_laws_by_what_is_known(double mean, double variance)
    {
        const long n = 200, m = 300;
        var (x, y) = (Law(0, 1), Law(mean, variance));
        var (exact, expected) = (KnownValues.Frechet(x, y), KnownValues.ExpectedFrechet(x, n, y, m));
        Assert.True(expected > exact + 0.04, $"{expected} {exact}");
        // The next order is smaller by a factor of dimension over rows.
        IsOnAverage(expected, (expected - exact) * D / n, i => FrechetDistance.Between(Draw(x, i, n), Draw(y, i + 1, m)));
    }

    [Theory]
    [InlineData(0.0, 0.0, 1.0)]
    [InlineData(0.0, 0.5, 1.0)]
    [InlineData(0.3, -0.4, 1.7)]
    public void The_kernel_distance_of_laws_is_what_its_estimate_is_on_average(double origin, double mean, double variance)
    {
        var (x, y) = (Law(origin, 1), Law(mean, variance));
        IsOnAverage(KnownValues.Kernel(x, y), 1e-12, i => KernelDistance.Between(Draw(x, i, 80), Draw(y, i + 1, 60), 0).Mean);
        Assert.Equal(0, KnownValues.Kernel(y, y), 1e-12);
    }

    [Fact]
    public void Coverage_and_density_of_equal_laws_are_what_is_known_without_the_law()
    {
        const long n = 60, m = 45;
        IsOnAverage(KnownValues.Coverage(n, m), 1e-12, i => NeighbourMetrics.Between(Draws.Normal(i, n, 2), Draws.Normal(i + 1, m, 2)).Coverage);
        IsOnAverage(KnownValues.Coverage(n, m), 1e-12, i => NeighbourMetrics.Between(Draws.Exponential(i, n, 4), Draws.Exponential(i + 1, m, 4)).Coverage);
        IsOnAverage(1, 1e-12, i => NeighbourMetrics.Between(Draws.Normal(i, n, 2), Draws.Normal(i + 1, m, 2)).Density);
        Assert.Equal(0.5, KnownValues.Coverage(2, 1, k: 1));
        Assert.Equal(1 - 1.0 / 32, KnownValues.Coverage(1_000_000, 1_000_000), 1e-4);
    }
}
