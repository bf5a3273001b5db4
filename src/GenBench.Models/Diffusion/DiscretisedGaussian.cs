using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>
/// Probability of an 8-bit pixel, symmetrically encoded, under a normal law whose mass is gathered in 256 bins of width
/// 2/255, the outer ones open (Ho et al. 2020, eq. 13). Tails are exact: no probability is rounded to 0 or clamped.
/// </summary>
internal static class DiscretisedGaussian
{
    private const double HalfBin = 1.0 / 255;

    /// <summary>log p(x), float64 and of the shape of <paramref name="x"/>.</summary>
    /// <param name="x">Pixels in [−1, 1], multiples of 2/255.</param>
    /// <param name="mean">Means of the law before it is discretised.</param>
    /// <param name="deviation">Standard deviation.</param>
    internal static Tensor LogProbability(Tensor x, Tensor mean, double deviation)
    {
        using var scope = NewDisposeScope();
        x = x.to(ScalarType.Float64);
        mean = mean.to(ScalarType.Float64);
        var low = (x - HalfBin - mean).div_(deviation).masked_fill_(x < HalfBin - 1, double.NegativeInfinity);
        var high = (x + HalfBin - mean).div_(deviation).masked_fill_(x > 1 - HalfBin, double.PositiveInfinity);
        // Φ(high) − Φ(low) = Φ(−low) − Φ(−high): taken in the left tail, where Φ loses nothing to rounding.
        var right = low + high > 0;
        (low, high) = (where(right, -high, low), where(right, -low, high));
        var logHigh = LogNormalCdf(high);
        return (logHigh + (LogNormalCdf(low) - logHigh).exp_().neg_().log1p_()).MoveToOuterDisposeScope();
    }

    /// <summary>log Φ(z), z ≤ 0 or small; below −20, on the way to Φ's underflow, by its asymptotic series, there exact to 1e-9.
    /// (The scaled function that would serve everywhere, <c>special.erfcx</c>, is plain erfc in TorchSharp 0.107.)</summary>
    private static Tensor LogNormalCdf(Tensor z)
    {
        var near = special.erfc(z * -Math.Sqrt(0.5)).mul_(0.5).log_();
        var w = z.square().reciprocal_();
        var series = (((w * 105 - 15) * w + 3) * w - 1) * w;
        var far = z.square() * -0.5 - (-z).log_() - 0.5 * Math.Log(2 * Math.PI) + series.log1p_();
        return where(z > -20, near, far);
    }
}
