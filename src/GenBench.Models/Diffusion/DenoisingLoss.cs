using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>
/// The training loss of a denoising network: the mean over images, pixels and t uniform on 0…T−1 of w(t) times the squared
/// error of what the network predicts (Ho et al. 2020, eq. 14, with w = 1 and ε).
/// </summary>
internal sealed class DenoisingLoss
{
    private const double BoundWeight = 0.001;   // λ

    private readonly IDenoisingModel _model;
    private readonly NoiseSchedule _schedule;
    private readonly double[] _weights;

    /// <param name="model">The network; its <see cref="Denoised.Kind"/> has to be <paramref name="prediction"/>.</param>
    /// <param name="prediction">What the network predicts.</param>
    /// <param name="weighting"><c>simple</c>, <c>snr</c> or <c>min-snr</c>.</param>
    /// <param name="gamma">γ of <c>min-snr</c>.</param>
    internal DenoisingLoss(IDenoisingModel model, Prediction prediction, string weighting, double gamma)
    {
        _model = model;
        _schedule = model.Schedule;
        _weights = Weights(_schedule, prediction, weighting, gamma);
    }

    /// <summary>
    /// w(t) on the squared error of the prediction itself. <c>simple</c> is 1; <c>snr</c> weighs the error of x̂₀ by
    /// SNR = ᾱ/(1 − ᾱ), which is <c>simple</c> on ε whatever is predicted; <c>min-snr</c> by min(SNR, γ) (Hang et al. 2023,
    /// §3.4). An error of x̂₀ makes one of ε̂ that is √SNR, and of v̂ that is √(SNR + 1), times as large.
    /// </summary>
    /// <exception cref="InvalidOptionException">The weighting is unknown.</exception>
    internal static double[] Weights(NoiseSchedule schedule, Prediction prediction, string weighting, double gamma) =>
        Array.ConvertAll(schedule.AlphasCumprod, alphaCumprod =>
        {
            var snr = alphaCumprod / (1 - alphaCumprod);
            var ofX0 = prediction switch
            {
                Prediction.Epsilon => snr,
                Prediction.V => snr + 1,
                _ => 1,
            };
            return weighting switch
            {
                "simple" => 1,
                "snr" => snr / ofX0,
                "min-snr" => Math.Min(snr, gamma) / ofX0,
                _ => throw new InvalidOptionException("weighting", $"must be simple, snr or min-snr, not '{weighting}'"),
            };
        });

    /// <summary>The bound that a learned reverse variance is trained by; null where the variance is fixed.</summary>
    internal VariationalBound? Bound { get; init; }

    /// <summary>
    /// The loss of x₀ [B, C, H, W], a scalar, with t and ε drawn from torch's generator. With a learned variance it is
    /// L_hybrid = L + λ L_vlb, in which the gradient of the mean is stopped (Nichol &amp; Dhariwal 2021, eq. 16 and §3.1).
    /// </summary>
    internal Loss Of(Tensor x0, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        var t = randint(0, _schedule.Timesteps, [x0.shape[0]], ScalarType.Int64, x0.device);
        var epsilon = randn_like(x0);
        var xt = _schedule.Diffuse(x0, t, epsilon);
        var predicted = _model.Denoise(xt, t, labels);
        var error = (predicted.Mean - predicted.Kind.Target(x0, epsilon, t, _schedule)).square();
        var simple = (error * NoiseSchedule.At(_weights, t, x0.dtype)).mean();
        if (Bound is null)
            return new Loss(simple.MoveToOuterDisposeScope());
        var bound = Bound.Term(x0, xt, t, predicted with { Mean = predicted.Mean.detach() }).mean() * _schedule.Timesteps;
        return new Loss((simple + bound.to(simple.dtype) * BoundWeight).MoveToOuterDisposeScope())
        {
            Parts = new Dictionary<string, Tensor>
            {
                ["simple"] = simple.detach().MoveToOuterDisposeScope(),
                ["vlb"] = bound.detach().MoveToOuterDisposeScope(),
            },
        };
    }
}
