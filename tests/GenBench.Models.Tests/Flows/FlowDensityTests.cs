using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Flows;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Flows;

/// <summary>Densities that quadrature or a closed form knows.</summary>
public sealed class FlowDensityTests
{
    [Fact]
    public void The_density_of_vectors_in_the_plane_integrates_to_one()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(1);
        using var flow = new FlowSequence(Enumerable.Range(0, 4).SelectMany(i => (Flow[])
        [
            new ActNorm(2),
            new Coupling(new Halves(firstChanges: i % 2 == 0), new Perceptron(1, 16, 2), new TanhLogScale()),
        ]));
        FlowLaw.Perturb(flow, 0.3);
        flow.Initialize(randn(1000, 2)); // nearly all mass near the origin
        var points = Grid(2, 500, -12, 12);
        var (z, logDet) = flow.Forward(points);
        var density = (z.square().sum(1) * -0.5 + logDet).to(ScalarType.Float64).exp() / (2 * Math.PI);
        Assert.Equal(1, (density.sum() * Math.Pow(24.0 / 500, 2)).item<double>(), 1e-3);
        Assert.True((density - (points.square().sum(1) * -0.5).exp() / (2 * Math.PI)).abs().max().item<double>() > 0.05);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void The_density_of_a_realnvp_integrates_to_one(double logit)
    {
        var edge = logit > 0 ? 1 / (1 - 2 * logit) : 12; // the logit transform reaches from −1/κ to 1/κ
        var shape = new ImageShape(1, 1, 2);
        var model = RealNvp.Create(new RealNvpOptions { Scales = 1, Channels = 4, Logit = logit }, new DataSpec(shape, 0));
        Assert.Equal(1, Mass(model, shape, 500, edge), 1e-3);
    }

    [Theory]
    [InlineData("affine")]
    [InlineData("additive")]
    public void The_density_of_a_glow_integrates_to_one(string coupling)
    {
        var options = new GlowOptions { Levels = 1, Steps = 2, Channels = 4, Coupling = coupling };
        var shape = new ImageShape(1, 2, 2);
        Assert.Equal(1, Mass(Glow.Create(options, new DataSpec(shape, 0)), shape, 30, 10), 2e-3);
    }

    [Fact]
    public void Untrained_the_bits_are_those_of_a_standard_normal_law_of_logits()
    {
        using var scope = NewDisposeScope();
        const double alpha = 0.05;
        var model = RealNvp.Create(new RealNvpOptions { Channels = 2 }, new DataSpec(new ImageShape(1, 8, 8), 0));
        var pixels = new ImageNoise(0, 0, 3, CPU).Uniform(0, 1, 8, 8).mul_(256).to(ScalarType.Float64); // x + u
        var p = alpha + (1 - 2 * alpha) * pixels / 256;
        var z = p.logit();
        // p(x + u) = N(z)·|dz/dp|·|dp/d(x + u)|: the density in units of a gray level is the bound on a probability.
        var nats = z.square() / 2 + Math.Log(2 * Math.PI) / 2 + (p * (1 - p)).log() - Math.Log((1 - 2 * alpha) / 256);
        var expected = nats.mean([1, 2, 3]) / Math.Log(2);
        Assert.True(Bits(model, (pixels / 128 - 1).to(ScalarType.Float32)).to(ScalarType.Float64).allclose(expected, 1e-6, 1e-6));
        model.Network.Dispose();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void A_gray_image_under_a_standard_normal_law_costs_the_same_at_every_size(int side)
    {
        using var scope = NewDisposeScope();
        var model = Glow.Create(new GlowOptions { Levels = 1, Steps = 3, Channels = 4, Coupling = "additive" }, new DataSpec(new ImageShape(3, side, side), 0));
        // −log₂ N(0; 0, 1) + 7: 128 gray levels to a unit
        Assert.Equal(Math.Log2(Math.Sqrt(2 * Math.PI)) + 7, Bits(model, zeros(1, 3, side, side)).item<float>(), 1e-5);
        model.Network.Dispose();
    }

    [Fact]
    public void The_probabilities_of_the_256_values_of_a_pixel_sum_to_one()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        const int draws = 64; // of u, on a lattice
        var model = RealNvp.Create(new RealNvpOptions { Scales = 1, Channels = 4, Logit = 0 }, new DataSpec(new ImageShape(1, 1, 1), 0));
        manual_seed(2);
        ((Flow)model.Network).Initialize(randn(512, 1, 1, 1) * 0.15); // nearly all mass within [−1, 1)
        FlowLaw.Perturb(model.Network);
        var y = (arange(256 * draws, ScalarType.Float32) + 0.5f).div_(draws * 128).sub_(1).view(-1, 1, 1, 1);
        Assert.Equal(1, (Bits(model, y).to(ScalarType.Float64) * -Math.Log(2)).exp().sum().item<double>() / draws, 1e-3);
        model.Network.Dispose();
    }

    private static Tensor Bits(FlowModel model, Tensor images) => Assert.Single(model.Likelihood(
        new Batch(images, null), new LikelihoodRequest(new ImageNoise(0, 0, (int)images.shape[0], CPU)))).PerImage;

    /// <summary>The integral of a perturbed model's density over a cube, by the midpoint rule.</summary>
    private static double Mass(FlowModel model, ImageShape shape, int points, double edge)
    {
        using var scope = NewDisposeScope();
        using var network = model.Network;
        manual_seed(1);
        FlowLaw.Perturb(network, 0.1); // no narrower than the lattice's spacing
        var dimensions = shape.Dimensions;
        var total = 0.0;
        foreach (var chunk in Grid(dimensions, points, -edge, edge).split(100_000, dim: 0))
        {
            using var inner = NewDisposeScope();
            var bits = Bits(model, chunk.view(-1, shape.Channels, shape.Height, shape.Width)).to(ScalarType.Float64);
            total += ((bits - 7) * (-dimensions * Math.Log(2))).exp().sum().item<double>(); // p(y)
        }
        return total * Math.Pow(2 * edge / points, dimensions);
    }

    /// <summary>The midpoints of a lattice over [low, high)^dimensions, [points^dimensions, dimensions].</summary>
    private static Tensor Grid(int dimensions, int points, double low, double high)
    {
        var axis = (arange(points, ScalarType.Float64) + 0.5) * ((high - low) / points) + low;
        return cartesian_prod([.. Enumerable.Repeat(axis, dimensions)]).to(ScalarType.Float32).contiguous();
    }
}
