using GenBench.Experiments.Evaluation;

namespace GenBench.Tests.Experiments.Evaluation;

public sealed class LikelihoodEvaluatorTests
{
    [Fact]
    public void The_interval_is_the_mean_with_its_standard_errors()
    {
        var row = LikelihoodEvaluator.Row("ELBO", "nats", [90, 92, 94, 96], available: 10_000, seed: 0);
        // Variance 20/3 with n − 1, standard error √(20/3/4).
        Assert.Equal(93, row.Value, 1e-12);
        Assert.Equal(93 + 1.959963984540054 * Math.Sqrt(20.0 / 12), row.High!.Value, 1e-12);
        Assert.Equal(93 - 1.959963984540054 * Math.Sqrt(20.0 / 12), row.Low!.Value, 1e-12);
        Assert.Contains("the first 4 of 10000 test images", row.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_not_finite_are_counted_and_never_averaged_away()
    {
        var row = LikelihoodEvaluator.Row("ELBO", "nats", [90, double.NaN, double.PositiveInfinity, 96], available: 4, seed: 0);
        Assert.True(double.IsNaN(row.Value));
        Assert.Null(row.Low);
        Assert.Contains("2 of 4 values are not finite", row.Protocol, StringComparison.Ordinal);
    }
}
