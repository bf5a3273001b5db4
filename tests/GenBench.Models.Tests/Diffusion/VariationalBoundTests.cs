using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class VariationalBoundTests
{
    private const double Pixel = 51 / 127.5 - 1, Error = 0.05;
    private static readonly ImageShape Shape = new(1, 2, 3);
    private static readonly NoiseSchedule Schedule = NoiseSchedule.Linear(20);

    [Fact]
    public void A_perfect_denoiser_pays_for_the_prior_and_the_last_bin_alone()
    {
        using var scope = NewDisposeScope();
        var terms = Terms(Pixel, "small", 2, 1000);
        Assert.Equal(0, terms.Steps.abs().max().item<double>(), 1e-9);   // float32 pixels
        var end = Schedule.AlphasCumprod[^1];
        var prior = 0.5 * (end * Pixel * Pixel - end - Math.Log(1 - end)) / Math.Log(2);
        Assert.Equal(prior, terms.Prior[0].item<double>(), 1e-8);
        // The bin reaches 1/255 to either side of its centre, here z deviations.
        var z = 1 / 255.0 / Math.Sqrt(Schedule.PosteriorVariance[1]);
        var inside = special.erf(tensor(z / Math.Sqrt(2))).item<double>();
        Assert.Equal(-Math.Log2(inside), terms.Decoder[0].item<double>(), 1e-5);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("large")]
    public void A_known_error_costs_the_divergence_of_two_normal_laws(string variance)
    {
        using var scope = NewDisposeScope();
        var terms = Terms(Pixel + Error, variance, 2, 19);
        var reverse = Schedule.ReverseVariance(variance);
        for (var t = 1; t < 20; t++)
        {
            var (q, p) = (Schedule.PosteriorVariance[t], reverse[t]);
            var shift = Schedule.PosteriorMeanX0[t] * Error;
            var kl = 0.5 * (Math.Log(p / q) + (q + shift * shift) / p - 1);
            Assert.Equal(1, terms.Steps[1, t - 1].item<double>() / (kl / Math.Log(2)), 1e-4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(13)]
    public void Drawn_timesteps_estimate_the_whole_bound_without_bias(int timesteps)
    {
        using var scope = NewDisposeScope();
        const int n = 4000;
        var whole = Terms(Pixel + Error, "small", 1, 1000).Total().item<double>();
        var drawn = Terms(Pixel + Error, "small", n, timesteps).Total();
        var error = drawn.std().item<double>() / Math.Sqrt(n);
        Assert.True(error > 0);
        Assert.InRange(drawn.mean().item<double>() - whole, -5 * error, 5 * error);
    }

    [Theory]
    [InlineData("small", -1)]
    [InlineData("large", 1)]
    public void A_learned_variance_at_either_end_is_the_fixed_one(string variance, float output)
    {
        using var scope = NewDisposeScope();
        var learned = new VariationalBound(new ConstantDenoiser(Schedule, Pixel + Error, Shape, tensor(output, ScalarType.Float64)), reverseVariance: null)
            .Terms(Batch(2), new ImageNoise(1, 0, 2, CPU), 19);
        var fixedTerms = Terms(Pixel + Error, variance, 2, 19);
        Assert.True(learned.Steps.allclose(fixedTerms.Steps, 1e-9));
        Assert.True(learned.Decoder.allclose(fixedTerms.Decoder, 1e-9));
    }

    [Fact]
    public void The_term_of_a_timestep_is_that_of_the_bound_and_moves_the_variance_alone()
    {
        using var scope = NewDisposeScope();
        var output = tensor(0.3, ScalarType.Float64).requires_grad_();
        var model = new ConstantDenoiser(Schedule, Pixel + Error, Shape, output);
        var bound = new VariationalBound(model, reverseVariance: null);
        var whole = bound.Terms(Batch(1), new ImageNoise(1, 0, 1, CPU), 19);
        // x̂₀ is the same for any x_t, so every draw gives the same term.
        var t = arange(20);
        var x0 = Batch(20).Images;
        var xt = Schedule.Diffuse(x0, t, randn_like(x0));
        var mean = full_like(x0, Pixel + Error).requires_grad_();
        var terms = bound.Term(x0, xt, t, model.Denoise(xt, t, null) with { Mean = mean.detach() });
        Assert.True(terms.allclose(cat([whole.Decoder, whole.Steps[0]]), 1e-9));
        terms.sum().backward();
        Assert.Null(mean.grad);
        double At(double value) => bound.Term(x0, xt, t, new ConstantDenoiser(Schedule, Pixel + Error, Shape, tensor(value, ScalarType.Float64)).Denoise(xt, t, null)).sum().item<double>();
        Assert.Equal((At(0.3 + 1e-5) - At(0.3 - 1e-5)) / 2e-5, output.grad!.item<double>(), 1e-4);
    }

    private static Batch Batch(int count) => new(full([count, 1, 2, 3], (float)Pixel), null);

    private static BoundTerms Terms(double predicted, string variance, int count, int timesteps) =>
        new VariationalBound(new ConstantDenoiser(Schedule, predicted, Shape), Schedule.ReverseVariance(variance))
            .Terms(Batch(count), new ImageNoise(1, 0, count, CPU), timesteps);
}
