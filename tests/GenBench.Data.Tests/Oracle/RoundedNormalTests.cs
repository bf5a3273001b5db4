using GenBench.Data;
using GenBench.Data.Oracle;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class RoundedNormalTests
{
    private static Tensor Of(Tensor x, double mean, double deviation) => RoundedNormal.LogProbability(x, tensor(mean), tensor(deviation));

    [Theory]
    [InlineData(127.5, 0.5)]
    [InlineData(0, 12)]
    [InlineData(254.9, 3)]
    [InlineData(-30, 12)]
    [InlineData(300, 5)]
    [InlineData(128, 64)]
    [InlineData(77.3, 1000)]
    public void The_probabilities_of_all_values_sum_to_one(double mean, double deviation)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1, Of(arange(256, dtype: ScalarType.Float64), mean, deviation).exp().sum().item<double>(), 1e-12);
    }

    /// <summary>ln(Φ(b) − Φ(a)) with 40 digits: mpmath 1.3, <c>log(ncdf(b) - ncdf(a))</c> after mirroring into the left tail.</summary>
    [Theory]
    [InlineData(140, 100, 1, -784.72087910431757721)]
    [InlineData(60, 100, 1, -784.72087910431757721)]
    [InlineData(120, 100, 1, -194.01696577945859374)]
    [InlineData(100, 100, 64, -5.0778317890489942307)]
    [InlineData(101, 100, 0.5, -1.8495664205476083828)]
    [InlineData(200, 100, 4, -313.51913709409903279)]
    [InlineData(3, 127.5, 32, -11.952580742059176847)]
    public void A_logarithm_has_all_its_digits_in_either_tail(double x, double mean, double deviation, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1, Of(tensor(new[] { x }), mean, deviation).item<double>() / expected, 1e-13);
    }

    [Fact]
    public void The_outer_values_take_the_tails()
    {
        using var scope = NewDisposeScope();
        // Φ(−½) and 1 − Φ(½): half a deviation from the mean.
        Assert.Equal(0.3085375387259869, Of(tensor(new[] { 0.0 }), 5.5, 10).exp().item<double>(), 1e-14);
        Assert.Equal(0.3085375387259869, Of(tensor(new[] { 255.0 }), 249.5, 10).exp().item<double>(), 1e-14);
    }

    [Fact]
    public void Draws_have_the_probabilities()
    {
        const int n = 20_000;
        const double mean = 1.3, deviation = 2;
        using var scope = NewDisposeScope();
        var random = new CounterRandom(5);
        var counts = new double[256];
        for (var i = 0; i < n; i++)
            counts[RoundedNormal.Draw(ref random, mean, deviation)]++;
        var expected = (Of(arange(256, dtype: ScalarType.Float64), mean, deviation).exp() * n).data<double>().ToArray();
        ChiSquare.AssertFits(counts, expected);
    }
}
