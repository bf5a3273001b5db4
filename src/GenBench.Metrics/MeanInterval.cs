using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// A 95% interval of a mean of independent values whose law may be skewed: Student's statistic goes through the cubic that
/// removes its skewness and can be inverted in closed form (Hall 1992, "On the removal of skewness by transformation").
/// </summary>
internal static class MeanInterval
{
    /// <param name="values">float64 [N], none negative.</param>
    /// <returns>No width where all values are equal.</returns>
    internal static (double Low, double High) OfPositive(Tensor values)
    {
        using var scope = NewDisposeScope();
        var n = values.shape[0];
        var mean = values.mean().item<double>();
        var centred = values - mean;
        var std = Math.Sqrt(centred.square().mean().item<double>());
        if (std == 0)
            return (mean, mean);
        var gamma = centred.pow(3).mean().item<double>() / (std * std * std * Math.Sqrt(n));
        double End(double quantile) => mean - std / Math.Sqrt(n - 1) * Inverse(quantile, gamma);
        return (Math.Max(0, End(WilsonInterval.NormalQuantile)), End(-WilsonInterval.NormalQuantile));
    }

    /// <summary>The t for which t + γt²/3 + γ²t³/27 + γ/6 is the given quantile, γ the skewness over √n.</summary>
    private static double Inverse(double quantile, double gamma) => Math.Abs(gamma) < 1e-6
        ? quantile
        : 3 / gamma * (Math.Cbrt(1 + gamma * (quantile - gamma / 6)) - 1);
}
