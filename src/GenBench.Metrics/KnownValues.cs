namespace GenBench.Metrics;

/// <summary>A law of vectors whose values are independent, each with the same mean and variance and symmetric about the mean.</summary>
/// <param name="Dimension">Number of values D.</param>
/// <param name="Mean">Mean of each.</param>
/// <param name="Variance">Variance of each.</param>
public sealed record IsotropicLaw(long Dimension, double Mean, double Variance);

/// <summary>What figures are where the laws are known, to set beside what is measured. x is a vector of the reference's law, y one of the
/// samples', both of dimension D.</summary>
public static class KnownValues
{
    /// <summary>The Fréchet distance between the laws themselves: D((m₁ − m₂)² + (σ₁ − σ₂)²).</summary>
    public static double Frechet(IsotropicLaw x, IsotropicLaw y)
    {
        var (mean, deviation) = (x.Mean - y.Mean, Math.Sqrt(x.Variance) - Math.Sqrt(y.Variance));
        return x.Dimension * (mean * mean + deviation * deviation);
    }

    /// <summary>
    /// The expected Fréchet distance of n and m vectors, to first order in D/n and D/m, where the laws are Gaussian. To the distance of the laws come the errors of
    /// the means, D(σ₁²/n + σ₂²/m), and those of the covariances: tr(Σ̂₁^½Σ̂₂Σ̂₁^½)^½ falls short by the second-order term of the root,
    /// ⅛ σ₁σ₂ E‖Σ̂/σ² − I‖², for each of them, E‖Σ̂/σ² − I‖² = D(D + 1)/(n − 1), and it is taken off twice.
    /// </summary>
    /// <param name="x">The reference's law.</param>
    /// <param name="n">Vectors of it, at least 2.</param>
    /// <param name="y">The samples' law.</param>
    /// <param name="m">Vectors of it, at least 2.</param>
    public static double ExpectedFrechet(IsotropicLaw x, long n, IsotropicLaw y, long m)
    {
        double d = x.Dimension;
        var means = d * (x.Variance / n + y.Variance / m);
        var covariances = Math.Sqrt(x.Variance * y.Variance) * d * (d + 1) / 4 * (1.0 / (n - 1) + 1.0 / (m - 1));
        return Frechet(x, y) + means + covariances;
    }

    /// <summary>MMD² between the laws with the kernel of <see cref="KernelDistance"/>, (x·y/D + 1)³. Only symmetry is needed of them, since the
    /// third moments about the means are all that the cube asks for beyond the variances.</summary>
    public static double Kernel(IsotropicLaw x, IsotropicLaw y) => ExpectedKernel(x, x) + ExpectedKernel(y, y) - 2 * ExpectedKernel(x, y);

    /// <summary>The expected coverage of m samples of the reference's own law, n the size of the reference: a ball of k neighbours is empty where the k vectors
    /// nearest to its centre, among n − 1 others and m samples in random order, are all of the reference.</summary>
    /// <param name="n">Size of the reference, above k.</param>
    /// <param name="m">Number of samples.</param>
    /// <param name="k">Neighbours of a ball.</param>
    public static double Coverage(long n, long m, int k = NeighbourMetrics.BallNeighbours) =>
        1 - Enumerable.Range(0, k).Aggregate(1.0, (empty, i) => empty * (n - 1 - i) / (n - 1 + m - i));

    /// <summary>E(x·y/D + 1)³ of independent x and y, from the three moments of x·y.</summary>
    private static double ExpectedKernel(IsotropicLaw x, IsotropicLaw y)
    {
        double d = x.Dimension;
        var mean = d * x.Mean * y.Mean;
        var variance = d * (x.Variance * y.Variance + y.Variance * x.Mean * x.Mean + x.Variance * y.Mean * y.Mean);
        var square = mean * mean + variance;
        var cube = mean * mean * mean + 3 * mean * variance + 6 * x.Variance * y.Variance * mean;
        return 1 + 3 * mean / d + 3 * square / (d * d) + cube / (d * d * d);
    }
}
