using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Adversarial;
using GenBench.Models.Diffusion;
using GenBench.Models.Flows;
using GenBench.Models.Variational;
using GenBench.Tests.Models.Diffusion;
using GenBench.Tests.Models.Flows;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

/// <summary>The families on points in the plane: densities that quadrature knows, bounds that a closed form knows.</summary>
public sealed class PointModelsTests
{
    private static readonly DataSpec Points = new(new ImageShape(2, 1, 1), 3) { Values = DataValues.Reals };

    public static TheoryData<string> Flows => ["realnvp", "glow", "additive glow"];

    [Theory]
    [MemberData(nameof(Flows))]
    public void The_density_of_a_flow_integrates_to_one(string kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = Perturbed(kind);
        using var network = model.Network;
        const int cells = 400;
        const double edge = 10, width = 2 * edge / cells;
        var axis = (arange(cells, ScalarType.Float64) + 0.5) * width - edge;
        var points = cartesian_prod([axis, axis]).to(ScalarType.Float32).contiguous();
        var density = cat([.. points.split(40_000, dim: 0).Select(chunk => Nats(model, chunk.reshape(-1, 2, 1, 1)).to(ScalarType.Float64).neg().exp())]);
        Assert.Equal(1, (density.sum() * (width * width)).item<double>(), 2e-3);
        var normal = (points.to(ScalarType.Float64).square().sum(1) * -0.5).exp() / (2 * Math.PI);
        Assert.True((density - normal).abs().max().item<double>() > 0.01); // not what it starts as
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void A_flow_obeys_the_law_of_flows_on_points(string kind)
    {
        using var scope = NewDisposeScope();
        FlowLaw.Check(() => (Flow)Create(kind).Network, randn([3, 2, 1, 1], ScalarType.Float64));
    }

    [Fact]
    public void A_flow_says_its_exact_nats_and_is_trained_on_their_mean()
    {
        using var scope = NewDisposeScope();
        var model = Perturbed("realnvp");
        using var network = model.Network;
        var points = new ImageNoise(3, 0, 50, CPU).Normal(0, 2, 1, 1);
        var estimate = Assert.Single(model.Likelihood(new Batch(points, null), new LikelihoodRequest(new ImageNoise(0, 0, 50, CPU))));
        Assert.Equal(("exact", "nats"), (estimate.Kind, estimate.Unit));
        var loss = model.Stages[0].Objectives[0].Evaluate(new Batch(points, null)).Total.item<float>();
        Assert.Equal(estimate.PerImage.mean().item<float>() / 2, loss, 1e-5);
    }

    [Fact]
    public void Normal_values_integrate_to_one_and_are_drawn_from()
    {
        using var scope = NewDisposeScope();
        const double mean = 0.7, deviation = 0.4;
        const int n = 200_000;
        var law = new NormalValues();
        var parameters = tensor(new[] { (float)mean, (float)Math.Log(deviation) }).reshape(1, 2, 1, 1);
        var axis = ((arange(n, ScalarType.Float64) + 0.5) * (20.0 / n) - 10).to(ScalarType.Float32).reshape(n, 1, 1, 1);
        Assert.Equal(1, law.LogProbability(axis, parameters).to(ScalarType.Float64).exp().sum().item<double>() * 20 / n, 1e-4);
        Assert.Equal(-Math.Log(deviation) - 0.5 * Math.Log(2 * Math.PI), law.LogProbability(full([1, 1, 1, 1], (float)mean), parameters).item<float>(), 1e-5);
        var draws = law.Draw(parameters.expand(n, 2, 1, 1), new ImageNoise(3, 0, n, CPU).Uniform(0, 1, 1, 1)).to(ScalarType.Float64);
        Assert.Equal(mean, draws.mean().item<double>(), 5 * deviation / Math.Sqrt(n));
        Assert.Equal(deviation, draws.std().item<double>(), 5 * deviation / Math.Sqrt(2.0 * n));
        Assert.Equal(0.1587, draws.lt(mean - deviation).to(ScalarType.Float64).mean().item<double>(), 0.005); // Φ(−1)
        Assert.Equal((float)mean, law.Mean(parameters).item<float>());
    }

    [Fact]
    public void The_bounds_of_a_vae_are_in_nats_and_approach_the_integral_over_a_single_latent()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(3);
        var model = Vae.Create(new VaeOptions { Latent = 1, Hidden = 8 }, Points);
        using var network = (VaeNetwork)model.Network;
        FlowLaw.Perturb(network, 0.3);
        var point = tensor(new[] { 0.3f, -0.4f }).reshape(1, 2, 1, 1);
        var z = linspace(-8, 8, 4001).unsqueeze(1);
        var joint = new NormalValues().LogProbability(point, network.Decoder.call(z)).to(ScalarType.Float64) - z.squeeze(1).to(ScalarType.Float64).square() / 2;
        var exact = -(joint.logsumexp(0) + Math.Log(16.0 / 4000) - Math.Log(2 * Math.PI) / 2).item<double>();
        var bounds = model.Likelihood(new Batch(point, null), new LikelihoodRequest(new ImageNoise(1, 0, 1, CPU)) { ImportanceSamples = 5000 });
        Assert.All(bounds, bound => Assert.Equal("nats", bound.Unit));
        Assert.Equal(exact, bounds[1].PerImage.item<float>(), 0.1);
        Assert.True(bounds[0].PerImage.item<float>() > exact);
    }

    [Fact]
    public void The_last_term_of_a_bound_on_reals_is_a_normal_density_and_all_are_nats()
    {
        using var scope = NewDisposeScope();
        const double value = -0.6, error = 0.02;
        var (schedule, shape) = (new NoiseSchedule([0.1, 0.2, 0.3]), new ImageShape(2, 1, 1));
        BoundTerms Terms(double predicted) => new VariationalBound(new ConstantDenoiser(schedule, predicted, shape), schedule.ReverseVariance("small"), DataValues.Reals)
            .Terms(new Batch(full([1, 2, 1, 1], (float)value), null), new ImageNoise(1, 0, 1, CPU), 1000);
        var variance = 1 / schedule.AlphasCumprod[0] - 1;
        var perfect = Terms(value);
        Assert.Equal(Math.Log(2 * Math.PI * variance), perfect.Decoder.item<double>(), 1e-6); // twice one half, for two coordinates
        Assert.Equal(error * error / variance, (Terms(value + error).Decoder - perfect.Decoder).item<double>(), 1e-5);
        var end = schedule.AlphasCumprod[^1];
        Assert.Equal(end * value * value - end - Math.Log(1 - end), perfect.Prior.item<double>(), 1e-6);
        Assert.Equal(0, perfect.Steps.abs().max().item<double>(), 1e-9);
    }

    [Fact]
    public void Under_the_exact_denoiser_of_normal_data_the_bound_is_their_likelihood()
    {
        using var scope = NewDisposeScope();
        const int n = 4000;
        var (schedule, shape) = (NoiseSchedule.Linear(200), new ImageShape(2, 1, 1));
        var points = new ImageNoise(5, 0, n, CPU).Normal(0, 2, 1, 1) + 1; // N(1, I), whose reverse steps have the variance β
        var bound = new VariationalBound(new GaussianDenoiser(schedule, 1, shape), schedule.ReverseVariance("large"), DataValues.Reals)
            .Terms(new Batch(points, null), new ImageNoise(6, 0, n, CPU), 1000).Total();
        var exact = (points.to(ScalarType.Float64) - 1).square().flatten(1).sum(1) * 0.5 + Math.Log(2 * Math.PI);
        var excess = bound - exact;
        var standardError = excess.std().item<double>() / Math.Sqrt(n);
        Assert.InRange(standardError, 1e-5, 0.05);
        Assert.InRange(excess.mean().item<double>(), -5 * standardError, 5 * standardError);
    }

    [Fact]
    public void A_diffusion_of_points_has_no_range_and_its_bound_is_in_nats()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = Ddpm.Create(new DdpmOptions { Channels = 8, Blocks = 1, Timesteps = 20, Conditional = true, Variance = "learned" }, Points);
        using var network = model.Network;
        Assert.False(model.ClipRange.HasValue);
        Assert.Equal(new ImageShape(2, 1, 1), model.LatentShape);
        var estimate = Assert.Single(model.Likelihood(new Batch(randn(5, 2, 1, 1), arange(5).remainder(3)), new LikelihoodRequest(new ImageNoise(1, 0, 5, CPU))));
        Assert.Equal(("VLB given class", "nats"), (estimate.Kind, estimate.Unit));
        Assert.True(estimate.PerImage.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData("non-saturating", false)]
    [InlineData("hinge", true)]
    [InlineData("wgan-gp", false)]
    public void A_generator_of_points_is_not_bounded_and_asks_for_classes(string loss, bool spectralNorm)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = Dcgan.Create(new DcganOptions { Latent = 4, Channels = 8, Loss = loss, SpectralNorm = spectralNorm, Conditional = true }, Points);
        using var network = (DcganNetwork)model.Network;
        using (no_grad())
        {
            foreach (var weight in network.Generator.parameters())
                weight.mul_(10);
        }
        var points = model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 200, CPU), zeros(200, ScalarType.Int64)));
        Assert.Equal([200, 2, 1, 1], points.shape);
        Assert.True(points.abs().max().item<float>() > 1);
        var others = model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 200, CPU), ones(200, ScalarType.Int64)));
        Assert.True((points - others).abs().max().item<float>() > 1e-3);
    }

    private static FlowModel Create(string kind) => kind switch
    {
        "realnvp" => RealNvp.Create(new RealNvpOptions { Channels = 4 }, Points),
        "glow" => Glow.Create(new GlowOptions { Steps = 4, Channels = 4 }, Points),
        _ => Glow.Create(new GlowOptions { Steps = 4, Channels = 4, Coupling = "additive" }, Points),
    };

    private static FlowModel Perturbed(string kind)
    {
        manual_seed(1);
        var model = Create(kind);
        FlowLaw.Perturb(model.Network, 0.04); // wide against the lattice, and all of it within
        return model;
    }

    private static Tensor Nats(FlowModel model, Tensor points) => Assert.Single(model.Likelihood(
        new Batch(points, null), new LikelihoodRequest(new ImageNoise(0, 0, (int)points.shape[0], CPU)))).PerImage;
}
