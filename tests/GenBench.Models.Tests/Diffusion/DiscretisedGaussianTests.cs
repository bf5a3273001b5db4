using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class DiscretisedGaussianTests
{
    private static Tensor Pixels => arange(256, dtype: ScalarType.Float64) / 127.5 - 1;

    [Theory]
    [InlineData(0.0, 0.01)]
    [InlineData(-0.97, 0.3)]
    [InlineData(3.0, 0.05)]
    [InlineData(0.2, 1e-4)]
    public void The_probabilities_of_all_pixels_sum_to_one(double mean, double deviation)
    {
        using var scope = NewDisposeScope();
        var total = DiscretisedGaussian.LogProbability(Pixels, full_like(Pixels, mean), tensor(deviation)).exp().sum().item<double>();
        Assert.Equal(1, total, 1e-10);
    }

    [Fact]
    public void The_probability_of_a_pixel_is_the_integral_over_its_bin()
    {
        using var scope = NewDisposeScope();
        const double mean = 0.1, deviation = 0.2;
        var found = DiscretisedGaussian.LogProbability(Pixels, full_like(Pixels, mean), tensor(deviation)).exp();
        foreach (var pixel in new[] { 1, 100, 150, 254 })
        {
            const int n = 2000;
            var centre = pixel / 127.5 - 1;
            var integral = Enumerable.Range(0, n).Sum(i =>
                Math.Exp(-0.5 * Math.Pow((centre - 1 / 255.0 + (i + 0.5) * 2 / 255 / n - mean) / deviation, 2)))
                * 2 / 255 / n / (deviation * Math.Sqrt(2 * Math.PI));
            Assert.Equal(1, found[pixel].item<double>() / integral, 1e-6);
        }
    }

    [Fact]
    public void Hopeless_means_cost_what_the_normal_law_says()
    {
        using var scope = NewDisposeScope();
        // Bin [a, a + w] far in the tail: log p ≈ −a²/2 − log(a √(2π)) + log(1 − e^{−a w}), a in deviations.
        const double deviation = 0.01, a = (1 - 1 / 255.0) / deviation;
        var tail = -a * a / 2 - Math.Log(a * Math.Sqrt(2 * Math.PI)) - 1 / (a * a);
        foreach (var sign in new[] { -1, 1 })
        {
            var edge = DiscretisedGaussian.LogProbability(tensor(new[] { 1.0 * sign }), tensor(new[] { 0.0 }), tensor(deviation)).item<double>();
            Assert.Equal(tail, edge, 1e-4);
        }
    }

    [Theory]
    [InlineData(0.0, 0.3)]
    [InlineData(0.5, 0.004)]
    [InlineData(-1.0, 0.02)]
    public void The_slope_in_the_deviation_is_the_differences_and_finite_in_every_bin(double mean, double deviation)
    {
        using var scope = NewDisposeScope();
        Tensor At(Tensor log) => DiscretisedGaussian.LogProbability(Pixels, full_like(Pixels, mean), log.exp());
        var logDeviation = full(256, Math.Log(deviation), ScalarType.Float64).requires_grad_();
        At(logDeviation).sum().backward();
        const double h = 1e-6;
        var difference = (At(logDeviation.detach() + h) - At(logDeviation.detach() - h)) / (2 * h);
        Assert.True(logDeviation.grad!.isfinite().all().item<bool>());
        Assert.True(logDeviation.grad.allclose(difference, 1e-5, 1e-4));
    }
}
