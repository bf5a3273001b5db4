using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

/// <summary>Predicts the same image whatever it is given, and where asked a variance: −1 for β̃, 1 for β.</summary>
internal sealed class ConstantDenoiser(NoiseSchedule schedule, double x0, ImageShape shape, Tensor? variance = null) : IDenoisingModel
{
    public bool LearnsVariance => variance is not null;

    public NoiseSchedule Schedule => schedule;

    public ImageShape LatentShape => shape;

    public (double Low, double High)? ClipRange => (-1, 1);

    public nn.Module Network { get; } = nn.Identity();

    public IReadOnlyList<Stage> Stages => [];

    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    public long MacsPerEvaluation => 0;

    public Denoised Denoise(Tensor xt, Tensor t, Tensor? labels) =>
        new(Prediction.X0, full_like(xt, x0), variance is null ? null : schedule.LogVarianceBetween(t, variance.expand_as(xt)));
}
