using GenBench.Metrics;

namespace GenBench.Tests.Metrics;

public sealed class WilsonIntervalTests
{
    /// <summary>Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void It_is_the_published_interval(int hits, int count, double low, double high)
    {
        var interval = WilsonInterval.Of((double)hits / count, count);
        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    /// <summary>Newcombe 1998, "Interval estimation for the difference between independent proportions", table II, method 10.</summary>
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 10, 0.6075, 1.0000)]
    public void The_difference_of_two_independent_shares_has_the_published_interval(int hitsA, int countA, int hitsB, int countB, double low, double high)
    {
        static MetricValue Share(double hits, int count)
        {
            var interval = WilsonInterval.Of(hits / count, count);
            return new("share", hits / count, interval.Low, interval.High, count, "");
        }
        var difference = MetricDifference.OfIntervals(Share(hitsA, countA), Share(hitsB, countB), 0);
        Assert.Equal(low, difference.Low, 5e-5);
        Assert.Equal(high, difference.High, 5e-5);
    }

    [Fact]
    public void With_the_variance_of_independent_indicators_it_is_that_of_independent_indicators()
    {
        var (low, high) = WilsonInterval.Of(0.5, 200);
        var (given, above) = WilsonInterval.OfVariance(0.5, 0.25 / 200, 200, WilsonInterval.NormalQuantile);
        Assert.Equal(low, given, 1e-12);
        Assert.Equal(high, above, 1e-12);
        Assert.Equal(WilsonInterval.Of(1, 50), WilsonInterval.OfVariance(1, 0, 50, WilsonInterval.NormalQuantile));
        Assert.True(WilsonInterval.OfVariance(0.5, 0.01, 200, WilsonInterval.NormalQuantile).Low < low);
    }
}
