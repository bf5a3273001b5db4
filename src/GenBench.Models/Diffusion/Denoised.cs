using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>What a denoising network predicts of x_t = √ᾱ x₀ + √(1 − ᾱ) ε.</summary>
public enum Prediction
{
    /// <summary>The noise ε (Ho et al. 2020).</summary>
    Epsilon,

    /// <summary>The image x₀.</summary>
    X0,

    /// <summary>The velocity v = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans &amp; Ho 2022).</summary>
    V,
}

/// <summary>What each <see cref="Prediction"/> aims at.</summary>
internal static class PredictionTarget
{
    /// <summary>The value that a perfect network would return for x_t = √ᾱ x₀ + √(1 − ᾱ) ε: ε or x₀ themselves, or a new [B, C, H, W].</summary>
    internal static Tensor Target(this Prediction prediction, Tensor x0, Tensor epsilon, Tensor t, NoiseSchedule schedule) => prediction switch
    {
        Prediction.Epsilon => epsilon,
        Prediction.V => NoiseSchedule.At(schedule.SqrtAlphasCumprod, t, x0.dtype) * epsilon
            - NoiseSchedule.At(schedule.SqrtOneMinusAlphasCumprod, t, x0.dtype) * x0,
        _ => x0,
    };
}

/// <summary>A network's prediction for one x_t.</summary>
/// <param name="Kind">What <paramref name="Mean"/> is.</param>
/// <param name="Mean">[B, C, H, W].</param>
/// <param name="LogVariance">Log of the variance of p(x_{t−1} | x_t), [B, C, H, W], where it is learned.</param>
public sealed record Denoised(Prediction Kind, Tensor Mean, Tensor? LogVariance = null)
{
    /// <summary>
    /// The predicted x̂₀ and ε̂, which always satisfy x_t = √ᾱ x̂₀ + √(1 − ᾱ) ε̂: where x̂₀ is clipped, ε̂ is that of the
    /// clipped one.
    /// </summary>
    /// <param name="xt">What the network was given, [B, C, H, W].</param>
    /// <param name="t">int64 [B], 0…T−1.</param>
    /// <param name="schedule">The forward process.</param>
    /// <param name="clip">The range of x₀, or null to leave it free.</param>
    public (Tensor X0, Tensor Epsilon) Resolve(Tensor xt, Tensor t, NoiseSchedule schedule, (double Low, double High)? clip)
    {
        using var scope = NewDisposeScope();
        var signal = NoiseSchedule.At(schedule.SqrtAlphasCumprod, t, xt.dtype);
        var noise = NoiseSchedule.At(schedule.SqrtOneMinusAlphasCumprod, t, xt.dtype);
        var x0 = Kind switch
        {
            Prediction.Epsilon => (xt - noise * Mean).div_(signal),
            Prediction.V => signal * xt - noise * Mean,
            _ => Mean.alias(),
        };
        if (clip is { } range)
            x0 = x0.clamp(range.Low, range.High);
        var epsilon = Kind == Prediction.Epsilon && clip is null ? Mean.alias() : (xt - signal * x0).div_(noise);
        return (x0.MoveToOuterDisposeScope(), epsilon.MoveToOuterDisposeScope());
    }
}
