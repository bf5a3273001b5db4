using GenBench.Core;
using GenBench.Models.Variational;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class VaePixelsTests
{
    [Theory]
    [InlineData(0.0, -1.0)]
    [InlineData(0.3, -3.5)]
    [InlineData(-1.4, -2.0)]
    [InlineData(0.999, -6.9)]
    [InlineData(3.0, 1.0)]
    [InlineData(0.1, -20.0)]
    public void The_discretised_logistic_sums_to_one_over_the_256_values(double location, double logScale)
    {
        using var scope = NewDisposeScope();
        var total = AllValues(location, logScale).to(ScalarType.Float64).exp().sum().item<double>();
        Assert.Equal(1, total, 2e-5);
    }

    [Fact]
    public void The_discretised_logistic_equals_differences_of_its_distribution_function()
    {
        using var scope = NewDisposeScope();
        const double location = 0.2, logScale = -2.5;
        var actual = AllValues(location, logScale);
        for (var x = 0; x < 256; x++)
        {
            var upper = x == 255 ? 1 : Cdf((x + 0.5) / 127.5 - 1);
            var lower = x == 0 ? 0 : Cdf((x - 0.5) / 127.5 - 1);
            Assert.Equal(Math.Log(upper - lower), actual[x].item<float>(), 1e-4);
        }
        static double Cdf(double y) => 1 / (1 + Math.Exp(-(y - location) / Math.Exp(logScale)));
    }

    [Fact]
    public void Values_far_out_in_the_tails_keep_finite_probabilities_and_gradients()
    {
        using var scope = NewDisposeScope();
        var parameters = tensor(new float[] { -40, 40, 0.5f, -9, -7, 90 }).reshape(1, 6, 1, 1).requires_grad_();
        var images = tensor(new float[] { 1, -1, -0.5f }).reshape(1, 3, 1, 1);
        var value = new DiscretisedLogisticPixels().LogProbability(images, parameters);
        value.sum().backward();
        Assert.True(value.isfinite().all().item<bool>());
        Assert.True(parameters.grad!.isfinite().all().item<bool>());
        Assert.NotEqual(0, parameters.grad.abs().sum().item<float>());
    }

    [Fact]
    public void Logistic_draws_follow_the_discretised_law()
    {
        using var scope = NewDisposeScope();
        const int n = 200_000;
        var law = new DiscretisedLogisticPixels();
        var parameters = tensor(new[] { 0.6f, -1.5f }).reshape(1, 2, 1, 1).expand(1, 2, 1, n);
        var draws = law.Draw(parameters, new ImageNoise(3, 0, 1, CPU).Uniform(0, 1, 1, n));
        var counts = draws.add(1).mul(127.5).round().to(ScalarType.Int64).flatten().bincount(null, minlength: 256).to(ScalarType.Float64);
        var expected = AllValues(0.6, -1.5).to(ScalarType.Float64).exp() * n;
        var often = expected > 5;
        var chi2 = ((counts - expected).pow(2) / expected)[often].sum().item<double>();
        var cells = often.sum().item<long>();
        Assert.InRange(cells, 100, 256);
        Assert.InRange(chi2, cells - 5 * Math.Sqrt(2 * cells), cells + 5 * Math.Sqrt(2 * cells));
    }

    [Fact]
    public void Bernoulli_probabilities_are_those_computed_by_hand()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 0f, MathF.Log(3), -MathF.Log(4), 200f }).reshape(1, 1, 2, 2);
        var images = tensor(new[] { 1f, 1, 1, 0 }).reshape(1, 1, 2, 2);
        var law = new BernoulliPixels();
        Assert.Equal(Math.Log(0.5 * 0.75 * 0.2) - 200, law.LogProbability(images, logits).item<float>(), 1e-4);
        Assert.Equal([0.5f, 0.75f, 0.2f, 1f], law.Mean(logits).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Bits_per_dimension_divide_by_the_dimensions_and_the_logarithm_of_two()
    {
        using var scope = NewDisposeScope();
        var uniform = tensor(768 * Math.Log(256)); // 8 bits for each of 768 values
        Assert.Equal(8, new DiscretisedLogisticPixels().ToUnit(uniform, 768).item<double>(), 1e-12);
        Assert.Equal(uniform.item<double>(), new BernoulliPixels().ToUnit(uniform, 768).item<double>());
    }

    /// <summary>ln p of each of the 256 values, [256].</summary>
    private static Tensor AllValues(double location, double logScale)
    {
        var images = arange(256, ScalarType.Float32).div_(127.5).sub_(1).reshape(256, 1, 1, 1);
        var parameters = tensor(new[] { (float)location, (float)logScale }).reshape(1, 2, 1, 1);
        return new DiscretisedLogisticPixels().LogProbability(images, parameters);
    }
}
