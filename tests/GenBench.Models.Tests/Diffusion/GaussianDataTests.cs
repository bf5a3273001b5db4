using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

/// <summary>Samplers with the exact denoiser of Gaussian data, whose output law is known in closed form.</summary>
public sealed class GaussianDataTests
{
    private static readonly NoiseSchedule Linear = NoiseSchedule.Linear(1000);

    [Theory]
    [InlineData(10, 1, .6636)]
    [InlineData(37, 1, .9034)]
    [InlineData(100, 1, .9637)]
    [InlineData(1000, 1, .9963)]
    [InlineData(10, .25, .3041)]
    [InlineData(37, .25, .7508)]
    [InlineData(100, .25, .9009)]
    [InlineData(1000, .25, .9883)]
    public void Ddim_converges_to_the_datas_variance_as_known(int steps, double s, double expected)
    {
        var (_, variance) = Moments(Ddim(steps, 0), s);
        Assert.Equal(expected, variance / (s * s), 4);

        // The same in closed form: each step maps x_t by (√(ᾱᾱ') s² + √((1−ᾱ)(1−ᾱ'))) / (ᾱ s² + 1 − ᾱ).
        var times = Enumerable.Range(0, steps).Select(i => (int)Math.Round(i * 999.0 / (steps - 1))).ToArray();
        double scale = 1, next = 1;
        foreach (var signal in times.Select(t => Linear.AlphasCumprod[t]))
        {
            scale *= (Math.Sqrt(signal * next) * s * s + Math.Sqrt((1 - signal) * (1 - next))) / (signal * s * s + 1 - signal);
            next = signal;
        }
        Assert.Equal(scale * scale, variance, 1e-6);
    }

    [Fact]
    public void Ddpm_with_the_large_variance_is_exact_for_data_of_unit_variance()
    {
        // Then q(x_{t−1} | x_t) = N(·, β_t): the variance stays 1 down to x_1, and x̂₀ shrinks it by ᾱ_0 at the end.
        Assert.Equal(Linear.AlphasCumprod[0], Moments(Ddpm("large"), 1).Variance, 1e-9);
    }

    [Fact]
    public void Ddpm_with_the_small_variance_is_exact_for_a_single_point()
    {
        var (mean, variance) = Moments(Ddpm("small"), 1e-6);
        Assert.Equal(1, mean, 1e-6);
        Assert.Equal(0, variance, 1e-6);
    }

    [Theory]
    [InlineData("large", .25)]
    [InlineData("small", .25)]
    [InlineData("small", 1)]
    public void The_mean_of_ddpm_samples_is_the_datas(string variance, double s)
    {
        // Exact but for the start, whose mean is 0 and not √ᾱ_T.
        Assert.Equal(1, Moments(Ddpm(variance), s).Mean, 0.01);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(7)]
    public void Ddim_with_all_steps_and_eta_1_is_ddpm_with_the_small_variance(int timesteps)
    {
        var schedule = NoiseSchedule.Linear(timesteps);
        var (ddim, ddpm) = (Ddim(timesteps, 1).Plan(schedule), Ddpm("small").Plan(schedule));
        Assert.Equal(timesteps, ddpm.Count);
        foreach (var (a, b) in ddim.Zip(ddpm))
        {
            Assert.Equal(b.Timestep, a.Timestep);
            Assert.Equal(b.X0, a.X0, 1e-12);
            Assert.Equal(b.Epsilon, a.Epsilon, 1e-10);
            Assert.Equal(b.Sigma, a.Sigma, 1e-12);
        }
    }

    [Fact]
    public void Ddim_with_all_steps_and_eta_1_draws_the_images_of_ddpm()
    {
        using var scope = NewDisposeScope();
        var model = new GaussianDenoiser(NoiseSchedule.Linear(40), 0.5, new ImageShape(1, 4, 4));
        var request = new SampleRequest(new ImageNoise(3, 0, 5, CPU));
        Assert.True(Ddim(40, 1).Sample(model, request).Images.allclose(Ddpm("small").Sample(model, request).Images, 1e-5, 1e-5));
    }

    public static TheoryData<string, double> Samplers => new() { { "ddim", 0 }, { "ddim", 0.5 }, { "ddim", 1 }, { "small", 0 }, { "large", 0 } };

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Samples_are_the_plans_affine_recursion_of_their_own_noise(string kind, double eta)
    {
        using var scope = NewDisposeScope();
        var sampler = kind == "ddim" ? (DiffusionSampler)Ddim(9, eta) : Ddpm(kind);
        var model = new GaussianDenoiser(NoiseSchedule.Linear(30), 0.5, new ImageShape(2, 3, 4));
        var noise = new ImageNoise(11, 6, 4, CPU);
        var expected = noise.Normal(0, 2, 3, 4).to(ScalarType.Float64);
        var stream = 1;
        foreach (var (scale, shift, sigma) in sampler.Plan(model.Schedule).Select(model.Affine))
            expected = expected * scale + shift + noise.Normal(stream++, 2, 3, 4) * sigma;
        var images = sampler.Sample(model, new SampleRequest(noise)).Images;
        Assert.Equal(ScalarType.Float32, images.dtype);
        Assert.True(expected.allclose(images.to(ScalarType.Float64), 1e-5, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Samples_have_the_moments_of_the_recursion(string kind, double eta)
    {
        using var scope = NewDisposeScope();
        var sampler = kind == "ddim" ? (DiffusionSampler)Ddim(20, eta) : Ddpm(kind);
        var model = new GaussianDenoiser(NoiseSchedule.Linear(50), 0.5, new ImageShape(1, 32, 32));
        var (mean, variance) = Moments(sampler, 0.5, model.Schedule);
        var x = sampler.Sample(model, new SampleRequest(new ImageNoise(5, 0, 40, CPU))).Images.to(ScalarType.Float64);
        var n = x.numel();
        Assert.InRange(x.mean().item<double>() - mean, -5 * Math.Sqrt(variance / n), 5 * Math.Sqrt(variance / n));
        Assert.InRange(x.var().item<double>() / variance - 1, -5 * Math.Sqrt(2.0 / n), 5 * Math.Sqrt(2.0 / n));
    }

    private static DdimSampler Ddim(int steps, double eta) => DdimSampler.Create(new DdimSamplerOptions { Steps = steps, Eta = eta });

    private static DdpmSampler Ddpm(string variance) => DdpmSampler.Create(new DdpmSamplerOptions { Variance = variance });

    private static (double Mean, double Variance) Moments(DiffusionSampler sampler, double s, NoiseSchedule? schedule = null)
    {
        var model = new GaussianDenoiser(schedule ?? Linear, s, new ImageShape(1, 1, 1));
        var (mean, variance) = (0.0, 1.0);
        foreach (var (scale, shift, sigma) in sampler.Plan(model.Schedule).Select(model.Affine))
            (mean, variance) = (scale * mean + shift, scale * scale * variance + sigma * sigma);
        return (mean, variance);
    }
}
