using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

public sealed class SamplingCostTests
{
    /// <summary>A clock that moves only when told to.</summary>
    private sealed class Clock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => ticks;

        public void Pass(TimeSpan time) => ticks += (long)time.TotalMilliseconds;
    }

    /// <summary>A sampler whose every evaluation takes the same time.</summary>
    private sealed class Steady(Clock clock, TimeSpan evaluation, int nfe) : ISampler
    {
        public int Runs { get; private set; }

        public bool Fits(IGenerativeModel model) => true;

        public Samples Sample(IGenerativeModel model, SampleRequest request)
        {
            Runs++;
            for (var i = 0; i < nfe; i++)
            {
                request.Evaluating!();
                request.Cancellation.ThrowIfCancellationRequested();
                clock.Pass(evaluation);
            }
            return new Samples(zeros(request.Noise.Count, 1, 1, 1), nfe);
        }
    }

    private static (double Rate, string Protocol, int Runs) Measure(TimeSpan evaluation, int nfe)
    {
        var clock = new Clock();
        var sampler = new Steady(clock, evaluation, nfe);
        var rows = new SamplingCost(clock, CPU, threads: 1)
            .Measure(null!, sampler, nfe, new CostSpec { BatchSizes = [8], Repeats = 3 }, CancellationToken.None);
        var row = Assert.Single(rows);
        Assert.Equal("images_per_second_batch_8", row.Metric);
        Assert.Equal(row.Value, row.Low!.Value, 1e-12);
        return (row.Value, row.Protocol, sampler.Runs);
    }

    [Fact]
    public void A_short_run_is_timed_whole_after_a_warm_up()
    {
        var (rate, protocol, runs) = Measure(TimeSpan.FromMilliseconds(100), nfe: 10);
        Assert.Equal(8.0, rate, 1e-12);
        Assert.Equal(4, runs);
        Assert.DoesNotContain("extrapolated", protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_run_is_cut_and_says_so()
    {
        var (rate, protocol, _) = Measure(TimeSpan.FromSeconds(1), nfe: 1000);
        Assert.Equal(8.0 / 1000, rate, 1e-12);
        Assert.Contains("extrapolated from the median time of 21 of 1000 evaluations", protocol, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    public void Quantiles_interpolate_between_order_statistics(double q, double expected) =>
        Assert.Equal(expected, SamplingCost.Quantile([1, 2, 3, 4], q), 1e-12);
}
