using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Variational;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

/// <summary>The linear-Gaussian model z ~ N(0, 1), x|z ~ N(a·z + b, s²) has p(x) = N(b, a² + s²) and a normal posterior.</summary>
public sealed class VaeBoundsTests
{
    private const double A = 1.5, B = 0.4, S = 0.8, X = 1.7;

    [Fact]
    public void The_elbo_equals_the_closed_form_under_a_wrong_posterior()
    {
        using var scope = NewDisposeScope();
        const double mean = 0.3, variance = 0.5;
        var elbo = ImportanceBound.Elbo(LogWeights(mean, variance, rows: 1000, samples: 1000));
        var closed = -0.5 * Math.Log(2 * Math.PI * S * S) - (Math.Pow(X - A * mean - B, 2) + A * A * variance) / (2 * S * S)
            - 0.5 * (mean * mean + variance - Math.Log(variance) - 1);
        var error = elbo.std().item<double>() / Math.Sqrt(1000);
        Assert.InRange(error, 1e-5, 5e-3);
        Assert.Equal(closed, elbo.mean().item<double>(), 5 * error);
    }

    [Fact]
    public void The_importance_bound_approaches_the_exact_likelihood()
    {
        using var scope = NewDisposeScope();
        var iwae = ImportanceBound.Iwae(LogWeights(0.3, 0.5, rows: 50, samples: 20_000));
        Assert.Equal(ExactLikelihood(), iwae.mean().item<double>(), 2e-3);
    }

    [Fact]
    public void Under_the_true_posterior_every_weight_is_the_likelihood()
    {
        using var scope = NewDisposeScope();
        var variance = 1 / (1 + A * A / (S * S));
        var weights = LogWeights(variance * A * (X - B) / (S * S), variance, rows: 3, samples: 100);
        Assert.InRange((weights - ExactLikelihood()).abs().max().item<double>(), 0, 1e-5);
    }

    [Fact]
    public void The_importance_bound_does_not_fall_with_k()
    {
        using var scope = NewDisposeScope();
        var weights = LogWeights(0.3, 0.5, rows: 4000, samples: 64);
        var bounds = new long[] { 1, 2, 4, 8, 16, 32, 64 }.Select(k => ImportanceBound.Iwae(weights.narrow(1, 0, k))).ToArray();
        foreach (var (fewer, more) in bounds.Zip(bounds.Skip(1)))
        {
            var gain = more - fewer;
            Assert.True(gain.mean().item<double>() > -3 * gain.std().item<double>() / Math.Sqrt(4000));
        }
        Assert.True(bounds[^1].mean().item<double>() - bounds[0].mean().item<double>() > 0.1);
        Assert.True(bounds[^1].mean().item<double>() < ExactLikelihood() + 0.01);
    }

    [Fact]
    public void Weights_that_would_overflow_are_summed_all_the_same()
    {
        using var scope = NewDisposeScope();
        var weights = tensor(new[] { -5000.0, -5000 + Math.Log(3), 2000, 2000 }).reshape(2, 2);
        Assert.Equal([-5000 + Math.Log(2), 2000], ImportanceBound.Iwae(weights).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void The_analytic_divergence_is_the_mean_of_its_monte_carlo_estimate()
    {
        using var scope = NewDisposeScope();
        var gaussian = new DiagonalGaussian(tensor(new[] { 0.5f, -1 }).reshape(1, 2), tensor(new[] { -1f, 0.7f }).reshape(1, 2));
        const int n = 400_000;
        var epsilon = new ImageNoise(4, 0, 1, CPU).Normal(0, n, 2);
        var estimates = -gaussian.LogPriorMinusLogPosterior(gaussian.Sample(epsilon), epsilon);
        var error = estimates.std().item<double>() / Math.Sqrt(n);
        Assert.InRange(error, 1e-4, 1e-2);
        Assert.Equal(estimates.mean().item<double>(), gaussian.KlToStandardNormal().item<float>(), 5 * error);
    }

    [Theory]
    [InlineData("bernoulli")]
    [InlineData("logistic")]
    public void The_models_own_bound_approaches_the_integral_over_a_single_latent(string likelihood)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        random.manual_seed(3);
        var model = Vae.Create(new VaeOptions { Latent = 1, Channels = 2, Hidden = 8, Likelihood = likelihood }, new DataSpec(new ImageShape(1, 8, 8), 0));
        using var network = (VaeNetwork)model.Network;
        foreach (var weight in network.Decoder.parameters())
            weight.mul_(2); // so that the image depends on z
        var images = ones(1, 1, 8, 8);
        PixelLikelihood pixels = likelihood == "bernoulli" ? new BernoulliPixels() : new DiscretisedLogisticPixels();
        var z = linspace(-8, 8, 4001).unsqueeze(1);
        var joint = pixels.LogProbability(images, network.Decoder.call(z)).to(ScalarType.Float64) - z.squeeze(1).to(ScalarType.Float64).pow(2) / 2;
        var exact = pixels.ToUnit(-(joint.logsumexp(0) + Math.Log(16.0 / 4000) - Math.Log(2 * Math.PI) / 2), 64).item<double>();
        var spread = joint.std().item<double>();
        var bound = model.Likelihood(new Batch(images, null), new LikelihoodRequest(new ImageNoise(1, 0, 1, CPU)) { ImportanceSamples = 3000 });
        Assert.True(spread > 1);
        Assert.Equal(exact, bound[1].PerImage.item<float>(), 0.005 * Math.Max(1, exact));
        Assert.True(bound[0].PerImage.item<float>() > exact);
    }

    [Fact]
    public void Likelihoods_do_not_depend_on_the_batch_or_on_how_k_is_split()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var model = Vae.Create(new VaeOptions { Latent = 3, Channels = 2, Hidden = 8 }, new DataSpec(new ImageShape(1, 8, 8), 0));
        using var network = model.Network;
        var images = new ImageNoise(2, 0, 7, CPU).Uniform(0, 1, 8, 8).gt(0.5).to(ScalarType.Float32);
        Tensor Bound(long first, int count) => model.Likelihood(
            new Batch(images.narrow(0, first, count), null), new LikelihoodRequest(new ImageNoise(1, first, count, CPU)) { ImportanceSamples = 600 })[1].PerImage;
        Assert.InRange((Bound(0, 7)[4..7] - Bound(4, 3)).abs().max().item<float>(), 0, 1e-4);
    }

    private static double ExactLikelihood() => LogNormal(X, B, A * A + S * S);

    private static double LogNormal(double x, double mean, double variance) => -0.5 * (Math.Log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);

    /// <summary>ln w under the posterior N(mean, variance), one row an image, float64 [rows, samples].</summary>
    private static Tensor LogWeights(double mean, double variance, int rows, int samples)
    {
        var posterior = new DiagonalGaussian(full([rows, 1, 1], mean), full([rows, 1, 1], Math.Log(variance)));
        var epsilon = new ImageNoise(11, 0, rows, CPU).Normal(0, samples, 1);
        var z = posterior.Sample(epsilon);
        var logLikelihood = (X - A * z - B).to(ScalarType.Float64).pow(2).squeeze(-1) / (-2 * S * S) - 0.5 * Math.Log(2 * Math.PI * S * S);
        return logLikelihood + posterior.LogPriorMinusLogPosterior(z, epsilon);
    }
}
