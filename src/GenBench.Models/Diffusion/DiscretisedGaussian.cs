using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>
/// Probability of an 8-bit pixel, symmetrically encoded, under a normal law whose mass is gathered in 256 bins of width
/// 2/255, the outer ones open (Ho et al. 2020, eq. 13). Tails are exact: no probability is rounded to 0 or clamped.
/// </summary>
internal static class DiscretisedGaussian
{
    private const double HalfBin = 1.0 / 255;
    private const double Far = -20;

    /// <summary>log p(x), float64 and of the shape of <paramref name="x"/>.</summary>
    /// <param name="x">Pixels in [−1, 1], multiples of 2/255.</param>
    /// <param name="mean">Means of the law before it is discretised.</param>
    /// <param name="deviation">Standard deviations, float64, broadcast against <paramref name="x"/>; gradients with respect to
    /// them are finite wherever the value is.</param>
    internal static Tensor LogProbability(Tensor x, Tensor mean, Tensor deviation)
    {
        using var scope = NewDisposeScope();
        x = x.to(ScalarType.Float64);
        mean = mean.to(ScalarType.Float64);
        var low = (x - HalfBin - mean).div(deviation).masked_fill(x < HalfBin - 1, double.NegativeInfinity);
        var high = (x + HalfBin - mean).div(deviation).masked_fill(x > 1 - HalfBin, double.PositiveInfinity);
        // Φ(high) − Φ(low) = Φ(−low) − Φ(−high): taken in the left tail, where Φ loses nothing to rounding.
        var right = low + high > 0;
        (low, high) = (where(right, -high, low), where(right, -low, high));
        var logHigh = LogNormalCdf(high);
        return (logHigh + (LogNormalCdf(low) - logHigh).exp().neg().log1p()).MoveToOuterDisposeScope();
    }

    /// <summary>log Φ(z), z ≤ 0 or small; below <see cref="Far"/>, on the way to Φ's underflow, by its asymptotic series, there exact to 1e-9.
    /// (The scaled function that would serve everywhere, <c>special.erfcx</c>, is plain erfc in TorchSharp 0.107.)</summary>
    private static Tensor LogNormalCdf(Tensor z)
    {
        // Each branch sees what it serves alone: the other's infinities would turn the gradients into NaN.
        var near = special.erfc(z.clamp_min(Far) * -Math.Sqrt(0.5)).mul(0.5).log();
        var tail = z.clamp_max(Far);
        var w = tail.square().reciprocal();
        var series = (((w * 105 - 15) * w + 3) * w - 1) * w;
        var far = tail.square() * -0.5 - (-tail).log() - 0.5 * Math.Log(2 * Math.PI) + series.log1p();
        return where(z > Far, near, far);
    }
}
