using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class MaximumMeanDiscrepancyTests
{
    private static double SquaredDistance(double[] a, double[] b) => a.Zip(b, (p, q) => (p - q) * (p - q)).Sum();

    /// <summary>The definition, pair by pair.</summary>
    private static double Brute(double[][] x, double[][] y, double sigma)
    {
        double K(double[] a, double[] b) => Math.Exp(-SquaredDistance(a, b) / (2 * sigma * sigma));
        double Off(double[][] a) => Enumerable.Range(0, a.Length).Sum(i => Enumerable.Range(0, a.Length).Where(j => j != i).Sum(j => K(a[i], a[j]))) / (a.Length * (a.Length - 1.0));
        return Off(x) + Off(y) - 2 * x.Average(a => y.Average(b => K(a, b)));
    }

    [Theory]
    [InlineData(70, 40, 2)]
    [InlineData(45, 90, 20)]
    [InlineData(12, 30, 3)]
    public void It_is_the_definition_even_far_from_the_origin(int n, int m, int d)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, n, d), Draws.Normal(2, m, d) * 1.2 + 0.3);
        var expected = Brute(Draws.Rows(x), Draws.Rows(y), 1.5);
        Assert.Equal(expected, MaximumMeanDiscrepancy.Between(x, y, 1.5), 1e-12);
        Assert.Equal(expected, MaximumMeanDiscrepancy.Measure(x, y, 3, 1.5).Value, 1e-12);
        Assert.Equal(expected, MaximumMeanDiscrepancy.Between(x + 1000, y + 1000, 1.5), 1e-10);
    }

    [Fact]
    public void Between_two_Gaussians_it_is_the_closed_form()
    {
        using var scope = NewDisposeScope();
        // x − x′ ~ N(0, 2I), y − y′ ~ N(0, 2s²I), x − y ~ N(δ, (1 + s²)I) in the plane.
        const double sigma = 0.8, s2 = 2.25, delta2 = 0.5;
        double Expected(double variance, double shift2) => sigma * sigma / (sigma * sigma + variance) * Math.Exp(-shift2 / (2 * (sigma * sigma + variance)));
        var truth = Expected(2, 0) + Expected(2 * s2, 0) - 2 * Expected(1 + s2, delta2);
        var value = MaximumMeanDiscrepancy.Measure(Draws.Normal(1, 3000, 2), Draws.Normal(2, 3000, 2) * 1.5 + 0.5, 0, sigma);
        Assert.InRange(value.Value - truth, -0.01, 0.01);
        Assert.True(value.Low < truth && truth < value.High);
    }

    [Fact]
    public void The_bandwidth_is_the_median_distance_within_the_reference()
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, 41, 3);
        var rows = Draws.Rows(x);
        var distances = rows.SelectMany((a, i) => rows.Skip(i + 1).Select(b => Math.Sqrt(SquaredDistance(a, b)))).Order().ToArray();
        Assert.Equal(distances[distances.Length / 2], MaximumMeanDiscrepancy.MedianBandwidth(x), 1e-12);
        Assert.Equal(MaximumMeanDiscrepancy.Between(x, x * 2, distances[distances.Length / 2]), MaximumMeanDiscrepancy.Between(x, x * 2), 1e-12);
        Assert.Equal(Math.Sqrt(2 * 3), MaximumMeanDiscrepancy.MedianBandwidth(Draws.Normal(1, 5000, 3)), 0.3);
    }

    [Fact]
    public void A_bandwidth_that_is_no_scale_is_refused()
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, 20, 2);
        Assert.Contains("bandwidth", Assert.Throws<BadInputException>(() => MaximumMeanDiscrepancy.Between(x, x, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => MaximumMeanDiscrepancy.Between(x, x, double.NaN));
        Assert.Contains("bandwidth", Assert.Throws<BadInputException>(() => MaximumMeanDiscrepancy.Between(ones(20, 2), x)).Message, StringComparison.Ordinal);
    }
}
