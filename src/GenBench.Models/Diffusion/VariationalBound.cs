using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>The terms of the bound for each image, in bits per dimension, float64.</summary>
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
/// The variational bound on −log p(x₀) of a pixel diffusion with a fixed reverse variance (Ho et al. 2020, eq. 5), for
/// symmetrically encoded 8-bit images. x̂₀ is clipped to the model's range, as in sampling.
/// </summary>
internal sealed class VariationalBound(IDenoisingModel model, double[] reverseVariance)
{
    private readonly NoiseSchedule _schedule = model.Schedule;
    private readonly double _bits = 1 / (model.LatentShape.Dimensions * Math.Log(2));

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
        var steps = Enumerable.Range(0, drawn).Select(i => Step(batch, times.select(1, i), noise, stream: i + 1)).ToArray();
        return new BoundTerms(
            Prior(batch.Images).MoveToOuterDisposeScope(), Decoder(batch, noise).MoveToOuterDisposeScope(),
            stack(steps, dim: 1).MoveToOuterDisposeScope(), (double)all / drawn);
    }

    /// <summary>KL of N(√ᾱ x₀, 1 − ᾱ) from N(0, 1) at T − 1.</summary>
    private Tensor Prior(Tensor x0)
    {
        using var scope = NewDisposeScope();
        var signal = _schedule.AlphasCumprod[^1];
        var kl = (x0.to(ScalarType.Float64).square() * signal - signal - double.LogP1(-signal)) * 0.5;
        return PerImage(kl).MoveToOuterDisposeScope();
    }

    private Tensor Decoder(Batch batch, ImageNoise noise)
    {
        using var scope = NewDisposeScope();
        var t = zeros([noise.Count], ScalarType.Int64, noise.Device);
        var x0 = Predict(batch, t, noise, stream: 0);   // at t = 0 the reverse mean is x̂₀ itself
        return PerImage(DiscretisedGaussian.LogProbability(batch.Images, x0, Math.Sqrt(reverseVariance[0])).neg_()).MoveToOuterDisposeScope();
    }

    /// <summary>KL of N(μ̃(x_t, x₀), β̃) from N(μ̃(x_t, x̂₀), σ²): the means differ by their weight of x₀ times the error.</summary>
    private Tensor Step(Batch batch, Tensor t, ImageNoise noise, long stream)
    {
        using var scope = NewDisposeScope();
        var error = (Predict(batch, t, noise, stream) - batch.Images).to(ScalarType.Float64);
        var variance = At(reverseVariance, t);
        var ratio = At(_schedule.PosteriorVariance, t) / variance;
        var shift = (At(_schedule.PosteriorMeanX0, t) * error).square().div_(variance);
        return PerImage((shift + (ratio - 1 - ratio.log())) * 0.5).MoveToOuterDisposeScope();
    }

    private Tensor Predict(Batch batch, Tensor t, ImageNoise noise, long stream)
    {
        var (channels, height, width) = model.LatentShape;
        var xt = _schedule.Diffuse(batch.Images, t, noise.Normal(stream, channels, height, width));
        return model.Denoise(xt, t, batch.Labels).Resolve(xt, t, _schedule, model.ClipRange).X0;
    }

    private static Tensor At(double[] values, Tensor t) => NoiseSchedule.At(values, t, ScalarType.Float64);

    private Tensor PerImage(Tensor nats) => nats.flatten(1).sum(1) * _bits;
}
