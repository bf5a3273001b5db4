using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// A 95% interval of a figure whose studentised law is skewed. P(T ≤ t) ≈ Φ(t) + φ(t)(αt² + β), with
/// α = κ/3 + c/2 and β = κ/6 + c/2: κ is the skewness of the figure's linear part, c that which the pairs of a U-statistic add (Helmers
/// 1991, "On the Edgeworth expansion and the bootstrap approximation for a Studentized U-statistic"). T goes through the cubic
/// t + αt² + α²t³/3 + β, which removes this skewness, never falls, and is inverted in closed form (Hall 1992, "On the
/// removal of skewness by transformation"). What is left is taken as Student's t with the degrees of freedom 2V²/Var(V) of the variance
/// V (Satterthwaite 1946), which heavy tails make few.
/// </summary>
internal static class SkewedInterval
{
    /// <summary>Of a mean of independent values.</summary>
    /// <param name="values">float64 [N], none negative.</param>
    /// <returns>No width where all values are equal.</returns>
    internal static (double Low, double High) OfPositiveMean(Tensor values)
    {
        using var scope = NewDisposeScope();
        var mean = values.mean();
        var (low, high) = Of(mean.item<double>(), [values - mean], curvature: 0);
        return (Math.Max(0, low), high);
    }

    /// <summary>Of a figure that is nearly a sum of means of independent influences.</summary>
    /// <param name="value">The figure.</param>
    /// <param name="influences">Of each independent set of rows what each row adds to the figure, times their number; float64 [N], mean 0.</param>
    /// <param name="curvature">Mean of (linear part)² · (quadratic part) of the figure.</param>
    /// <param name="noise">Variance of what is random in the value beside the rows.</param>
    /// <returns>No width where no row has an influence.</returns>
    internal static (double Low, double High) Of(double value, IReadOnlyList<Tensor> influences, double curvature, double noise = 0)
    {
        using var scope = NewDisposeScope();
        var (variance, spread, third) = (0.0, 0.0, 0.0);
        foreach (var set in influences)
        {
            double n = set.shape[0];
            var squares = set.square();
            variance += squares.sum().item<double>() / (n * (n - 1));
            spread += (squares - squares.mean()).square().mean().item<double>() / (n * n * n);
            third += set.pow(3).mean().item<double>() / (n * n);
        }
        if (variance == 0)
            return (value, value);
        var cube = Math.Pow(variance, 1.5);
        var (skewness, bend) = (third / cube, curvature / cube);
        var quantile = StudentQuantile(2 * variance * variance / spread);
        double End(double t) =>
            value - Math.Sqrt(variance + noise) * Inverse(t, skewness / 3 + bend / 2, skewness / 6 + bend / 2);
        return (Math.Min(value, End(quantile)), Math.Max(value, End(-quantile)));
    }

    /// <summary>97.5% quantile of Student's t, by the Cornish-Fisher expansion (Abramowitz and Stegun 1964, 26.7.5).</summary>
    internal static double StudentQuantile(double degrees)
    {
        const double z = WilsonInterval.NormalQuantile;
        const double z2 = z * z;
        return z * (1 + (z2 + 1) / (4 * degrees) + ((5 * z2 + 16) * z2 + 3) / (96 * degrees * degrees)
            + (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * degrees * degrees * degrees));
    }

    /// <summary>The t for which t + αt² + α²t³/3 + β is the given quantile.</summary>
    private static double Inverse(double quantile, double alpha, double beta) => Math.Abs(alpha) < 1e-6
        ? quantile - beta
        : (Math.Cbrt(1 + 3 * alpha * (quantile - beta)) - 1) / alpha;
}
