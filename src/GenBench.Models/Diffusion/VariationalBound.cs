using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>The terms of the bound for each image, in bits per dimension or, of reals, in nats, float64.</summary>
/// <param name="Prior">L_T: KL(q(x_T | x₀) ‖ N(0, I)), [B].</param>
/// <param name="Decoder">L_0: −log p(x₀ | x_1), [B].</param>
/// <param name="Steps">KL(q(x_{t−1} | x_t, x₀) ‖ p(x_{t−1} | x_t)) at the timesteps drawn, [B, k].</param>
/// <param name="Weight">Timesteps that one drawn timestep stands for, (T − 1)/k.</param>
internal sealed record BoundTerms(Tensor Prior, Tensor Decoder, Tensor Steps, double Weight)
{
    /// <summary>The bound: Prior + Decoder + Weight · Σ Steps, [B].</summary>
    internal Tensor Total() => Prior + Decoder + Steps.sum(1) * Weight;
}

/// <summary>
/// The variational bound on −log p(x₀) of a diffusion (Ho et al. 2020, eq. 5), for symmetrically encoded 8-bit images in bits per
/// dimension, and for reals, whose last term is a normal density, in nats. x̂₀ is clipped to the model's range, as in sampling.
/// Where the model learns its reverse variance, that one counts.
/// </summary>
/// <param name="model">The denoiser.</param>
/// <param name="reverseVariance">The fixed variance of p(x_{t−1} | x_t) at each t; null where the model learns it.</param>
/// <param name="values">What x₀ is.</param>
internal sealed class VariationalBound(IDenoisingModel model, double[]? reverseVariance, DataValues values = DataValues.Bytes)
{
    private readonly NoiseSchedule _schedule = model.Schedule;
    private readonly double[] _logReverseVariance = Logs(reverseVariance ?? []);
    private readonly double[] _logPosteriorVariance = Logs(model.Schedule.ReverseVariance("small"));
    private readonly double _unit = values == DataValues.Reals ? 1 : 1 / (model.LatentShape.Dimensions * Math.Log(2)); // a nat in the unit

    private Func<Tensor, Tensor, Tensor, Tensor, Tensor> LastTerm => values == DataValues.Reals ? Density : Decoder;

    /// <summary>
    /// The terms of each image. With fewer than T − 1 timesteps each image draws its own, one uniformly from each of
    /// that many equal parts of 1…T−1, which leaves the bound's expectation as it is.
    /// </summary>
    internal BoundTerms Terms(Batch batch, ImageNoise noise, int timesteps)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var all = _schedule.Timesteps - 1;
        var drawn = Math.Min(timesteps, all);
        var strata = arange(drawn, dtype: ScalarType.Float64, device: noise.Device);
        var within = drawn == all ? zeros_like(strata) : noise.Uniform(drawn + 1, drawn).to(ScalarType.Float64);
        var times = ((strata + within) * ((double)all / drawn)).floor_().to(ScalarType.Int64).add_(1).clamp_max_(all);
        times = times.expand(noise.Count, drawn);
        var steps = Enumerable.Range(0, drawn).Select(i => Drawn(batch, times.select(1, i), noise, stream: i + 1, Divergence)).ToArray();
        var first = zeros([noise.Count], ScalarType.Int64, noise.Device);
        return new BoundTerms(
            Prior(batch.Images).MoveToOuterDisposeScope(), Drawn(batch, first, noise, stream: 0, LastTerm).MoveToOuterDisposeScope(),
            stack(steps, dim: 1).MoveToOuterDisposeScope(), (double)all / drawn);
    }

    /// <summary>The term at each image's own t, 0…T−1, in the bound's unit, [B]; differentiable with respect to a learned variance.</summary>
    /// <param name="x0">[B, C, H, W].</param>
    /// <param name="xt">A draw of q(x_t | x₀).</param>
    /// <param name="t">int64 [B].</param>
    /// <param name="denoised">The network's answer to it.</param>
    internal Tensor Term(Tensor x0, Tensor xt, Tensor t, Denoised denoised)
    {
        using var scope = NewDisposeScope();
        var atStart = t.eq(0).view(-1, 1, 1, 1);
        return PerImage(where(atStart, Of(x0, xt, t, denoised, LastTerm), Of(x0, xt, t, denoised, Divergence))).MoveToOuterDisposeScope();
    }

    /// <summary>KL of N(√ᾱ x₀, 1 − ᾱ) from N(0, 1) at T − 1.</summary>
    private Tensor Prior(Tensor x0)
    {
        using var scope = NewDisposeScope();
        var signal = _schedule.AlphasCumprod[^1];
        var kl = (x0.to(ScalarType.Float64).square() * signal - signal - double.LogP1(-signal)) * 0.5;
        return PerImage(kl).MoveToOuterDisposeScope();
    }

    private Tensor Drawn(Batch batch, Tensor t, ImageNoise noise, long stream, Func<Tensor, Tensor, Tensor, Tensor, Tensor> term)
    {
        using var scope = NewDisposeScope();
        var (channels, height, width) = model.LatentShape;
        var xt = _schedule.Diffuse(batch.Images, t, noise.Normal(stream, channels, height, width));
        return PerImage(Of(batch.Images, xt, t, model.Denoise(xt, t, batch.Labels), term)).MoveToOuterDisposeScope();
    }

    /// <summary>A term in nats, float64 [B, C, H, W].</summary>
    private Tensor Of(Tensor x0, Tensor xt, Tensor t, Denoised denoised, Func<Tensor, Tensor, Tensor, Tensor, Tensor> term)
    {
        var predicted = denoised.Resolve(xt, t, _schedule, model.ClipRange).X0;
        var logVariance = denoised.LogVariance?.to(ScalarType.Float64) ?? At(_logReverseVariance, t);
        return term(x0, predicted, logVariance, t);
    }

    /// <summary>−log p(x₀ | x_1): at t = 0 the reverse mean is x̂₀ itself.</summary>
    private static Tensor Decoder(Tensor x0, Tensor predicted, Tensor logVariance, Tensor t) =>
        DiscretisedGaussian.LogProbability(x0, predicted, logVariance.mul(0.5).exp()).neg();

    /// <summary>−ln p(x₀ | x_1) of reals: normal about x̂₀ with the variance (1 − ᾱ)/ᾱ, which is what x_1 leaves open of an x₀ whose density
    /// is flat on that scale. It is not learned.</summary>
    private Tensor Density(Tensor x0, Tensor predicted, Tensor logVariance, Tensor t)
    {
        var variance = 1 / _schedule.AlphasCumprod[0] - 1;
        var error = (predicted - x0).to(ScalarType.Float64);
        return (error.square() / variance + Math.Log(2 * Math.PI * variance)) * 0.5;
    }

    /// <summary>KL of N(μ̃(x_t, x₀), β̃) from N(μ̃(x_t, x̂₀), σ²): the means differ by their weight of x₀ times the error. At t = 0,
    /// where β̃ is 0, there is none; β̃<sub>1</sub> keeps the value finite.</summary>
    private Tensor Divergence(Tensor x0, Tensor predicted, Tensor logVariance, Tensor t)
    {
        var error = (predicted - x0).to(ScalarType.Float64);
        var logRatio = At(_logPosteriorVariance, t) - logVariance;
        var shift = (At(_schedule.PosteriorMeanX0, t) * error).square() * logVariance.neg().exp();
        return (shift + (logRatio.expm1() - logRatio)) * 0.5;
    }

    private static double[] Logs(double[] values) => Array.ConvertAll(values, Math.Log);

    private static Tensor At(double[] values, Tensor t) => NoiseSchedule.At(values, t, ScalarType.Float64);

    private Tensor PerImage(Tensor nats) => nats.flatten(1).sum(1) * _unit;
}
