using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>
/// Classifier-free guidance (Ho &amp; Salimans 2022, eq. 6), written ε̂(x) + w (ε̂(x|y) − ε̂(x)): w = 1 is the plain
/// conditional model and w = 0 the unconditional one, each for one evaluation; all others take two. The paper's
/// own scale is w − 1. Since the weights sum to 1, x̂₀ and v̂ are guided as ε̂ is.
/// </summary>
/// <param name="network">The network, which counts its evaluations.</param>
/// <param name="labels">y, int64 [B]; null for an unconditional model.</param>
/// <param name="scale">w.</param>
internal sealed class GuidedDenoiser(CountingDenoiser network, Tensor? labels, double scale)
{
    /// <summary>The guided prediction; a learned variance is the conditional model's.</summary>
    internal Denoised Denoise(Tensor xt, Tensor t)
    {
        if (scale == 1)
            return network.Denoise(xt, t, labels);
        var unconditional = network.Denoise(xt, t, null);
        if (scale == 0)
            return unconditional;
        var conditional = network.Denoise(xt, t, labels ?? throw new InvalidOperationException("guidance needs labels to guide to"));
        return conditional with { Mean = unconditional.Mean + (conditional.Mean - unconditional.Mean) * scale };
    }
}
