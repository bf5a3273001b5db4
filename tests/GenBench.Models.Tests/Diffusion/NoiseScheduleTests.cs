using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class NoiseScheduleTests
{
    [Fact]
    public void The_linear_schedule_of_1000_steps_is_the_papers()
    {
        var schedule = NoiseSchedule.Linear(1000);
        Assert.Equal(1e-4, schedule.Betas[0], 15);
        Assert.Equal(0.02, schedule.Betas[^1], 15);
        // Prior KL of about 1e-5 bits/dim in §4.2: ᾱ_T = exp(Σ log(1 − β)) = 4.04e-5.
        Assert.Equal(4.036e-5, schedule.AlphasCumprod[^1], 8);
    }

    [Theory]
    [InlineData("linear", 4)]
    [InlineData("linear", 20)]
    [InlineData("linear", 250)]
    [InlineData("cosine", 4)]
    [InlineData("cosine", 1000)]
    public void Every_schedule_ends_in_noise_with_no_beta_above_its_cap(string name, int timesteps)
    {
        var schedule = NoiseSchedule.Create(name, timesteps);
        Assert.All(schedule.Betas, beta => Assert.InRange(beta, 1e-9, 0.999));
        Assert.InRange(schedule.AlphasCumprod[^1], 0, 1e-3);
    }

    [Fact]
    public void The_cosine_schedule_is_half_signal_half_way()
    {
        var schedule = NoiseSchedule.Cosine(1000);
        var half = Math.Pow(Math.Cos(0.508 / 1.008 * Math.PI / 2) / Math.Cos(0.008 / 1.008 * Math.PI / 2), 2);
        Assert.Equal(half, schedule.AlphasCumprod[499], 12);
        Assert.Equal(0.999, schedule.Betas[^1]);
    }

    [Fact]
    public void The_posterior_is_bayes_rule_on_scalars()
    {
        var schedule = NoiseSchedule.Linear(50);
        foreach (var t in new[] { 1, 7, 30, 49 })
        {
            const double x0 = 0.4, xt = -0.7, low = -6, step = 1e-4;
            double alpha = 1 - schedule.Betas[t], previous = schedule.AlphasCumprodPrevious[t];
            double mass = 0, first = 0, second = 0;
            for (var i = 0; i < 120_000; i++)   // q(x_t | x_{t−1}) q(x_{t−1} | x₀) on a grid of x_{t−1}
            {
                var x = low + i * step;
                var density = Math.Exp(-Math.Pow(xt - Math.Sqrt(alpha) * x, 2) / (2 * schedule.Betas[t])
                    - Math.Pow(x - Math.Sqrt(previous) * x0, 2) / (2 * (1 - previous)));
                (mass, first, second) = (mass + density, first + density * x, second + density * x * x);
            }
            var mean = first / mass;
            Assert.Equal(mean, schedule.PosteriorMeanX0[t] * x0 + schedule.PosteriorMeanXt[t] * xt, 9);
            Assert.Equal(second / mass - mean * mean, schedule.PosteriorVariance[t], 9);
        }
    }

    [Fact]
    public void A_chain_of_single_steps_has_the_moments_that_the_schedule_says()
    {
        var schedule = NoiseSchedule.Cosine(30);
        double scale = 1, variance = 0;
        for (var t = 0; t < 30; t++)   // x_t = √(1 − β) x_{t−1} + √β ε
        {
            scale *= Math.Sqrt(1 - schedule.Betas[t]);
            variance = (1 - schedule.Betas[t]) * variance + schedule.Betas[t];
            Assert.Equal(scale, schedule.SqrtAlphasCumprod[t], 12);
            Assert.Equal(variance, 1 - schedule.AlphasCumprod[t], 12);
        }
    }

    [Fact]
    public void Diffused_images_have_the_moments_of_the_schedule()
    {
        using var scope = NewDisposeScope();
        const int n = 200_000;
        var schedule = NoiseSchedule.Linear(1000);
        var x0 = full([3, 1, 1, n], 0.8f);
        var t = tensor(new long[] { 3, 200, 999 });
        var xt = schedule.Diffuse(x0, t, new ImageNoise(1, 0, 3, CPU).Normal(0, 1, 1, n)).to(ScalarType.Float64).view(3, n);
        for (var i = 0; i < 3; i++)
        {
            var signal = schedule.AlphasCumprod[t[i].item<long>()];
            Assert.InRange(xt[i].mean().item<double>() - 0.8 * Math.Sqrt(signal), -5 * Math.Sqrt((1 - signal) / n), 5 * Math.Sqrt((1 - signal) / n));
            Assert.InRange(xt[i].var().item<double>() / (1 - signal) - 1, -5 * Math.Sqrt(2.0 / n), 5 * Math.Sqrt(2.0 / n));
        }
    }

    [Fact]
    public void The_fixed_variances_are_those_of_the_paper_and_meet_at_the_decoder()
    {
        var schedule = NoiseSchedule.Linear(100);
        var (small, large) = (schedule.ReverseVariance("small"), schedule.ReverseVariance("large"));
        Assert.Equal(schedule.PosteriorVariance[50], small[50]);
        Assert.Equal(schedule.Betas[50], large[50]);
        Assert.Equal(schedule.PosteriorVariance[1], small[0]);
        Assert.Equal(schedule.PosteriorVariance[1], large[0]);
        Assert.Equal(0, schedule.PosteriorVariance[0]);
    }

    [Fact]
    public void Unknown_names_and_too_few_steps_are_refused_by_option()
    {
        Assert.Equal("schedule", Assert.Throws<InvalidOptionException>(() => NoiseSchedule.Create("sigmoid", 10)).Option);
        Assert.Equal("variance", Assert.Throws<InvalidOptionException>(() => NoiseSchedule.Linear(10).ReverseVariance("huge")).Option);
        Assert.Equal("timesteps", Assert.Throws<InvalidOptionException>(() => NoiseSchedule.Create("cosine", 1)).Option);
    }
}
