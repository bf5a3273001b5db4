using GenBench.Core;
using GenBench.Metrics.Baselines;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class BaselineTests
{
    [Fact]
    public void The_pixel_Gaussian_has_the_mean_and_the_covariance_of_the_training_pixels()
    {
        using var scope = NewDisposeScope();
        // Correlated pixels well inside 0…255, so that clamping changes nothing; the last pixel never changes.
        var mixing = Draws.Normal(1, 4, 4) * 8;
        var pixels = (Draws.Normal(2, 4000, 4).mm(mixing) + 128).round().clamp(0, 255);
        pixels.select(1, 3).fill_(200);
        var train = new ImageSplit(pixels.reshape(4000, 1, 2, 2).to(ScalarType.Byte), null);
        var drawn = PixelGaussian.Sample(train, 40_000, 5).flatten(1).to(ScalarType.Float64);
        Assert.InRange((drawn.mean([0L]) - pixels.mean([0L])).abs().max().item<double>(), 0, 0.5);
        var expected = pixels.t().cov();
        Assert.InRange((drawn.t().cov() - expected).abs().max().item<double>(), 0, 0.05 * expected.max().item<double>());
        Assert.True(drawn.select(1, 3).eq(200).all().item<bool>());
    }

    [Fact]
    public void An_image_depends_on_the_seed_and_its_index_alone()
    {
        using var scope = NewDisposeScope();
        var train = new ImageSplit(Draws.Lattice(1, 256, 50, 1, 4, 4).to(ScalarType.Byte), null);
        Assert.True(PixelGaussian.Sample(train, 700, 3)[..20].equal(PixelGaussian.Sample(train, 20, 3)).all().item<bool>());
        Assert.False(PixelGaussian.Sample(train, 20, 4).equal(PixelGaussian.Sample(train, 20, 3)).all().item<bool>());
        var shape = new ImageShape(3, 4, 5);
        Assert.True(UniformNoise.Sample(shape, 30, 3)[..7].equal(UniformNoise.Sample(shape, 7, 3)).all().item<bool>());
        Assert.False(UniformNoise.Sample(shape, 7, 4).equal(UniformNoise.Sample(shape, 7, 3)).all().item<bool>());
    }

    [Fact]
    public void The_Gaussian_of_reals_is_neither_rounded_nor_clamped_and_their_noise_fills_the_bounding_box()
    {
        using var scope = NewDisposeScope();
        var points = Draws.Normal(3, 5000, 2).mm(tensor(new[] { 300.0, 40, 0, 0.5 }).reshape(2, 2));
        var train = new ImageSplit(points.to(ScalarType.Float32).reshape(5000, 2, 1, 1), null);
        var gaussian = PixelGaussian.Sample(train, 20_000, 5);
        Assert.Equal(ScalarType.Float32, gaussian.dtype);
        var (drawn, expected) = (gaussian.flatten(1).to(ScalarType.Float64).t().cov(), points.t().cov());
        Assert.True(((drawn - expected) / expected).abs().max().item<double>() < 0.06);

        var noise = UniformNoise.Within(train, 20_000, 5);
        Assert.True(noise.equal(UniformNoise.Within(train, 20_001, 5)[..20_000]).all().item<bool>());
        var (low, high) = (points.amin([0L]), points.amax([0L]));
        var within = (noise.flatten(1).to(ScalarType.Float64) - low) / (high - low);
        Assert.InRange(within.min().item<double>(), -1e-6, 0.001);
        Assert.InRange(within.max().item<double>(), 0.999, 1 + 1e-6);
        Assert.True((within.mean([0L]) - 0.5).abs().max().item<double>() < 5 * Math.Sqrt(1.0 / 12 / 20_000));
    }

    [Fact]
    public void Uniform_noise_takes_every_value_equally_often()
    {
        using var scope = NewDisposeScope();
        var counts = UniformNoise.Sample(new ImageShape(1, 16, 16), 1000, 1).flatten().to(ScalarType.Int64).bincount(null, 256);
        Assert.Equal(256, counts.shape[0]);
        var chi2 = (counts.to(ScalarType.Float64) - 1000).square().div(1000).sum().item<double>();
        Assert.InRange(chi2, 255 - 5 * Math.Sqrt(510), 255 + 5 * Math.Sqrt(510));
    }
}
