using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

/// <summary>Predicts a gray image whose brightness is the class's, and another brightness without a class.</summary>
internal sealed class ClassDenoiser(NoiseSchedule schedule, ImageShape shape) : IDenoisingModel, IConditionalModel
{
    internal const double Unconditional = -0.5;

    public int Calls { get; private set; }

    public int Classes => 4;

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
        return new(Prediction.X0, labels is null ? full_like(xt, Unconditional) : zeros_like(xt) + (labels * Brightness(1)).to(xt.dtype).view(-1, 1, 1, 1));
    }

    internal static double Brightness(int label) => 0.25 * label;
}
