using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>The mass that the standard normal law gives an interval, as a logarithm: without loss in either tail, however narrow
/// the interval.</summary>
public static class NormalInterval
{
    private const double Far = -20;

    /// <summary>ln(Φ(high) − Φ(low)), float64, with gradients that are finite wherever the value is.</summary>
    /// <param name="low">Lower ends, float64; −∞ where there is none.</param>
    /// <param name="high">Upper ends, float64, of the same shape and above the lower ones; +∞ where there is none.</param>
    public static Tensor LogMass(Tensor low, Tensor high)
    {
        using var scope = NewDisposeScope();
        // Φ(high) − Φ(low) = Φ(−low) − Φ(−high): taken in the left tail, where Φ loses nothing to rounding.
        var right = low + high > 0;
        (low, high) = (where(right, -high, low), where(right, -low, high));
        var logHigh = LogNormalCdf(high);
        return (logHigh + (LogNormalCdf(low) - logHigh).exp().neg().log1p()).MoveToOuterDisposeScope();
    }

    /// <summary>log Φ(z), z ≤ 0 or small; below <see cref="Far"/>, on the way to Φ's underflow, by its asymptotic series, there exact to
    /// 1e-14. (The scaled function that would serve everywhere, <c>special.erfcx</c>, is plain erfc in TorchSharp 0.107.)</summary>
    private static Tensor LogNormalCdf(Tensor z)
    {
        // Each branch sees what it serves alone: the other's infinities would turn the gradients into NaN.
        var near = special.erfc(z.clamp_min(Far) * -Math.Sqrt(0.5)).mul(0.5).log();
        var tail = z.clamp_max(Far);
        var w = tail.square().reciprocal();
        var series = ((((((w * -135135 + 10395) * w - 945) * w + 105) * w - 15) * w + 3) * w - 1) * w;
        var far = tail.square() * -0.5 - (-tail).log() - 0.5 * Math.Log(2 * Math.PI) + series.log1p();
        return where(z > Far, near, far);
    }
}
