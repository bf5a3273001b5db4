using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

/// <summary>The exact denoiser of data N(1, s²), so that every sampler is an affine recursion: x̂₀ = Gain · x_t + Offset.</summary>
internal sealed class GaussianDenoiser(NoiseSchedule schedule, double s, ImageShape shape) : IDenoisingModel
{
    public int Calls { get; private set; }

    public NoiseSchedule Schedule => schedule;

    public ImageShape LatentShape => shape;

    public (double Low, double High)? ClipRange => null;

    public nn.Module Network { get; } = nn.Identity();

    public IReadOnlyList<Stage> Stages => [];

    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    public long MacsPerEvaluation => 0;

    public Denoised Denoise(Tensor xt, Tensor t, Tensor? labels)
    {
        Calls++;
        var step = (int)t[0].item<long>();
        return new(Prediction.X0, xt * Gain(step) + Offset(step));
    }

    internal double Gain(int t)
    {
        var signal = schedule.AlphasCumprod[t];
        return s * s * Math.Sqrt(signal) / (signal * s * s + 1 - signal);
    }

    internal double Offset(int t) => 1 - Gain(t) * schedule.SqrtAlphasCumprod[t];

    /// <summary>The step as x ← Scale · x + Shift + Sigma · z.</summary>
    internal (double Scale, double Shift, double Sigma) Affine(DiffusionStep step)
    {
        var (signal, noise) = (schedule.SqrtAlphasCumprod[step.Timestep], schedule.SqrtOneMinusAlphasCumprod[step.Timestep]);
        var (gain, offset) = (Gain(step.Timestep), Offset(step.Timestep));
        return (step.X0 * gain + step.Epsilon * (1 - signal * gain) / noise, (step.X0 - step.Epsilon * signal / noise) * offset, step.Sigma);
    }
}
