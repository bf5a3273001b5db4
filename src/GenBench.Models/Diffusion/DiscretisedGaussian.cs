using GenBench.Core;
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
    /// <param name="deviation">Standard deviations, float64, broadcast against <paramref name="x"/>; gradients with respect to
    /// them are finite wherever the value is.</param>
    internal static Tensor LogProbability(Tensor x, Tensor mean, Tensor deviation)
    {
        using var scope = NewDisposeScope();
        x = x.to(ScalarType.Float64);
        mean = mean.to(ScalarType.Float64);
        var low = (x - HalfBin - mean).div(deviation).masked_fill(x < HalfBin - 1, double.NegativeInfinity);
        var high = (x + HalfBin - mean).div(deviation).masked_fill(x > 1 - HalfBin, double.PositiveInfinity);
        return NormalInterval.LogMass(low, high).MoveToOuterDisposeScope();
    }
}
