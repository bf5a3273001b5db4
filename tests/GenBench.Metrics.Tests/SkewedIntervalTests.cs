using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class SkewedIntervalTests
{
    /// <summary>97.5% quantiles from tables of Student's t. The first term that the expansion leaves out is 1.6/ν⁴.</summary>
    [Theory]
    [InlineData(5, 2.57058)]
    [InlineData(10, 2.22814)]
    [InlineData(30, 2.04227)]
    [InlineData(120, 1.97993)]
    public void The_quantile_is_that_of_tables(double degrees, double expected) =>
        Assert.Equal(expected, SkewedInterval.StudentQuantile(degrees), 2 / Math.Pow(degrees, 4) + 5e-6);

    /// <summary>The definition, from plain numbers.</summary>
    private static double Transformed(double[] x, double end, double bend)
    {
        var (n, mean) = (x.Length, x.Average());
        var error = Math.Sqrt(x.Sum(v => Math.Pow(v - mean, 2)) / (n * (n - 1.0)));
        var skewness = x.Average(v => Math.Pow(v - mean, 3)) / (n * n * Math.Pow(error, 3));
        var (alpha, beta, t) = (skewness / 3 + bend / 2, skewness / 6 + bend / 2, (mean - end) / error);
        return t + alpha * t * t + alpha * alpha * t * t * t / 3 + beta;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(-0.3)]
    public void The_ends_have_their_transformed_statistic_at_the_quantiles(double bend)
    {
        using var scope = NewDisposeScope();
        var values = Draws.Exponential(1, 80);
        var x = values.data<double>().ToArray();
        var cube = Math.Pow((values.var() / 80).item<double>(), 1.5);
        var (low, high) = SkewedInterval.Of(x.Average(), [values - values.mean()], bend * cube);
        var squares = x.Select(v => Math.Pow(v - x.Average(), 2)).ToArray();
        var (m2, m4) = (squares.Average(), squares.Average(v => v * v));
        var variance = m2 / (x.Length - 1);
        var quantile = SkewedInterval.StudentQuantile(2 * variance * variance / ((m4 - m2 * m2) / Math.Pow(x.Length, 3)));
        Assert.InRange(quantile, 1.97, 2.3);
        Assert.Equal(quantile, Transformed(x, low, bend), 1e-9);
        Assert.Equal(-quantile, Transformed(x, high, bend), 1e-9);
    }

    [Fact]
    public void Of_a_mean_it_reaches_further_to_the_side_of_the_tail_and_has_no_width_for_equal_values()
    {
        using var scope = NewDisposeScope();
        var values = Draws.Exponential(1, 80) + 1;
        var mean = values.mean().item<double>();
        var (low, high) = SkewedInterval.OfPositiveMean(values);
        Assert.True(high - mean > mean - low);
        Assert.Equal((2.0, 2.0), SkewedInterval.OfPositiveMean(ones(9, ScalarType.Float64) * 2));
    }

    [Fact]
    public void It_holds_its_figure_whatever_the_bend_and_widens_by_noise()
    {
        using var scope = NewDisposeScope();
        var influences = Draws.Normal(1, 50);
        influences -= influences.mean();
        foreach (var bend in (double[])[-10, -1, 0, 1, 10])
        {
            var (low, high) = SkewedInterval.Of(5, [influences], bend);
            Assert.True(low <= 5 && 5 <= high);
            var noisy = SkewedInterval.Of(5, [influences], bend, noise: 3 * influences.var().item<double>() / 50);
            Assert.Equal(2 * (high - low), noisy.High - noisy.Low, 1e-9);
        }
    }
}
