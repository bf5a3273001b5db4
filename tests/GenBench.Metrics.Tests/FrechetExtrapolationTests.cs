using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class FrechetExtrapolationTests
{
    [Fact]
    public void The_bias_of_a_finite_sample_is_gone()
    {
        using var scope = NewDisposeScope();
        const int d = 6, sets = 40;
        var reference = Draws.Normal(999, 3000, d);
        using var moments = FeatureMoments.Of(reference);
        var truth = FrechetDistance.FromStatistics(moments.Mean(), moments.Covariance(), zeros(d, ScalarType.Float64), eye(d, dtype: ScalarType.Float64));
        var draws = Enumerable.Range(0, sets).Select(i =>
        {
            using var step = NewDisposeScope();
            var samples = Draws.Normal(i, 300, d);
            return (Finite: FrechetDistance.Between(reference, samples) - truth, Infinite: FrechetExtrapolation.Between(reference, samples, i) - truth);
        }).ToArray();
        var (finite, infinite) = (draws.Average(draw => draw.Finite), draws.Average(draw => draw.Infinite));
        Assert.InRange(finite, 0.02, 1);
        Assert.InRange(infinite, -0.15 * finite, 0.15 * finite);
    }

    [Fact]
    public void It_is_the_intercept_of_the_line_through_ten_sizes()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 100, 2), Draws.Normal(2, 103, 2) * 1.4 + 0.2);
        var ordered = y.index_select(0, Jackknife.Order(103, 5));
        var design = ones(10, 2, ScalarType.Float64);
        var distances = zeros(10, 1, ScalarType.Float64);
        for (var k = 1; k <= 10; k++)
        {
            var cuts = Enumerable.Range(0, k + 1).Select(i => i * 103 / k).ToArray();
            var parts = cuts.Zip(cuts.Skip(1)).ToArray();
            design[k - 1, 1] = parts.Average(part => 1.0 / (part.Second - part.First));
            distances[k - 1, 0] = parts.Average(part => FrechetDistance.Between(x, ordered[part.First..part.Second]));
        }
        var expected = linalg.lstsq(design, distances).Solution[0, 0].item<double>();
        Assert.Equal(expected, FrechetExtrapolation.Between(x, y, 5), 1e-9);
        var measured = FrechetExtrapolation.Measure(x, y, 5);
        Assert.Equal(expected, measured.Value, 1e-9);
        Assert.True(measured.Low < expected && expected < measured.High);
        Assert.Equal(measured, FrechetExtrapolation.Measure(x, y, 5));
    }

    [Fact]
    public void Too_few_rows_for_a_line_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("at least 100 ", Assert.Throws<BadInputException>(() => FrechetExtrapolation.Between(Draws.Normal(1, 500, 5), Draws.Normal(2, 99, 5), 0)).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => FrechetExtrapolation.Measure(Draws.Normal(1, 500, 1), Draws.Normal(2, 39, 1), 0));
    }
}
