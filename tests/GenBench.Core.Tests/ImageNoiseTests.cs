using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Tests.Core;

public sealed class ImageNoiseTests
{
    [Fact]
    public void The_noise_of_an_image_does_not_depend_on_its_batch()
    {
        using var scope = NewDisposeScope();
        var whole = new ImageNoise(7, 0, 10, CPU);
        var part = new ImageNoise(7, 4, 3, CPU);
        Assert.True(whole.Normal(2, 1, 5, 3)[4..7].equal(part.Normal(2, 1, 5, 3)).all().item<bool>());
        Assert.True(whole.Uniform(2, 5)[4..7].equal(part.Uniform(2, 5)).all().item<bool>());
    }

    [Fact]
    public void Seeds_streams_and_images_are_independent_of_each_other()
    {
        using var scope = NewDisposeScope();
        var draws = new[]
        {
            new ImageNoise(1, 0, 1, CPU).Normal(0, 100_000), new ImageNoise(2, 0, 1, CPU).Normal(0, 100_000),
            new ImageNoise(1, 1, 1, CPU).Normal(0, 100_000), new ImageNoise(1, 0, 1, CPU).Normal(1, 100_000),
            new ImageNoise(1, 0, 1, CPU).Fork(3).Normal(0, 100_000),
        };
        var correlation = corrcoef(cat(draws)) - eye(draws.Length);
        Assert.InRange(correlation.abs().max().item<float>(), 0, 5 / MathF.Sqrt(100_000));
    }

    [Fact]
    public void Normal_draws_have_the_moments_and_the_tails_of_a_normal_law()
    {
        using var scope = NewDisposeScope();
        const int n = 4_000_000;
        var z = new ImageNoise(3, 0, 4, CPU).Normal(0, n / 4).to(ScalarType.Float64);
        Assert.InRange(z.mean().item<double>(), -5 / Math.Sqrt(n), 5 / Math.Sqrt(n));
        Assert.InRange(z.pow(2).mean().item<double>() - 1, -5 * Math.Sqrt(2.0 / n), 5 * Math.Sqrt(2.0 / n));
        Assert.InRange(z.pow(4).mean().item<double>() - 3, -5 * Math.Sqrt(96.0 / n), 5 * Math.Sqrt(96.0 / n));
        var beyond3 = (z.abs() > 3).to(ScalarType.Float64).mean().item<double>();
        Assert.InRange(beyond3, 0.0027 - 5 * Math.Sqrt(0.0027 / n), 0.0027 + 5 * Math.Sqrt(0.0027 / n));
    }

    [Fact]
    public void Uniform_draws_fill_the_unit_interval_evenly()
    {
        using var scope = NewDisposeScope();
        var u = new ImageNoise(5, 0, 1, CPU).Uniform(0, 1_000_000);
        var counts = histc(u, 100, 0, 1);
        var chi2 = (counts - 10_000).pow(2).div(10_000).sum().item<float>();
        Assert.InRange(chi2, 99 - 5 * Math.Sqrt(198), 99 + 5 * Math.Sqrt(198));
        Assert.True(u.max().item<float>() < 1);
    }
}
