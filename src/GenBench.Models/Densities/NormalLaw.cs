using static TorchSharp.torch;

namespace GenBench.Models.Densities;

/// <summary>Normal laws of full covariance.</summary>
internal static class NormalLaw
{
    /// <summary>Variance of the u that dequantisation adds to a pixel, in the encoding's units: (1/12)/128². A covariance of 8-bit images
    /// has at least that much in every direction, which makes it a harmless prior.</summary>
    internal const double PriorVariance = 1.0 / (12 * 128 * 128);

    /// <summary>ln N(x; 0, L Lᵀ), float64 […, B].</summary>
    /// <param name="columns">x, float64 […, D, B].</param>
    /// <param name="factor">L, lower triangular, float64 […, D, D].</param>
    internal static Tensor LogDensity(Tensor columns, Tensor factor)
    {
        using var scope = NewDisposeScope();
        var whitened = linalg.solve_triangular(factor, columns, upper: false);
        var logDet = factor.diagonal(0, -2, -1).log().sum(-1, keepdim: true);
        var constant = 0.5 * Math.Log(2 * Math.PI) * factor.shape[^1];
        return (whitened.square().sum(-2) * -0.5 - logDet - constant).MoveToOuterDisposeScope();
    }
}
