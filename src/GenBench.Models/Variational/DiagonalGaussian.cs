using static TorchSharp.torch;

namespace GenBench.Models.Variational;

/// <summary>A normal law with independent components, N(μ, diag σ²): the approximate posterior q(z|x).</summary>
/// <param name="Mean">μ, float [B, …].</param>
/// <param name="LogVariance">ln σ², of the same shape.</param>
internal sealed record DiagonalGaussian(Tensor Mean, Tensor LogVariance)
{
    private const double MinLogVariance = -30, MaxLogVariance = 20; // keeps σ and 1/σ finite in float32

    /// <summary>Reads μ and ln σ² from the two halves of a network's output, [B, 2N] → [B, N] each.</summary>
    internal static DiagonalGaussian Of(Tensor parameters)
    {
        var halves = parameters.chunk(2, dim: 1);
        return new DiagonalGaussian(halves[0], halves[1].clamp(MinLogVariance, MaxLogVariance));
    }

    /// <summary>z = μ + σ·ε (Kingma &amp; Welling 2014, eq. 10), shape of ε broadcast against μ.</summary>
    internal Tensor Sample(Tensor epsilon) => Mean + LogVariance.mul(0.5).exp_() * epsilon;

    /// <summary>KL(N(μ, σ²) ‖ N(0, I)) in nats over all but the first dimension, [B] (Kingma &amp; Welling 2014, appendix B).</summary>
    internal Tensor KlToStandardNormal() => (Mean.pow(2) + LogVariance.exp() - LogVariance - 1).flatten(1).sum(1) * 0.5;

    /// <summary>ln N(z; 0, I) − ln N(z; μ, σ²) at z = μ + σ·ε, over the last dimension; the constants cancel.</summary>
    /// <param name="z">[B, K, N].</param>
    /// <param name="epsilon">[B, K, N], the noise that z was made of.</param>
    /// <returns>float64 [B, K], for a mean and log variance of shape [B, 1, N].</returns>
    internal Tensor LogPriorMinusLogPosterior(Tensor z, Tensor epsilon) =>
        (epsilon.pow(2) - z.pow(2) + LogVariance).to(ScalarType.Float64).sum(-1) * 0.5;
}
