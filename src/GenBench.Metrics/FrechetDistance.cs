using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The Fréchet distance between Gaussians fitted to two sets of features (Heusel et al. 2017; Dowson and Landau 1982):
/// ‖μ₁ − μ₂‖² + Tr Σ₁ + Tr Σ₂ − 2 Tr(Σ₁Σ₂)^½, covariances with divisor n − 1, in float64 on the CPU. With Inception's
/// features it is the FID. It depends on n: compare only at equal n.
/// </summary>
public static class FrechetDistance
{
    // Below this ratio of Cholesky pivots the factor's relative error is no longer far under the tolerance.
    private const double SafePivotRatio = 1e-5;

    /// <summary>The distance between two sets of features, by the way that suits their size: where a set has no more
    /// rows than features its covariance is singular and the nuclear norm of centred features is exact where
    /// eigenvalues of products are not.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D].</param>
    /// <returns>The distance, not negative but for rounding of the order of 1e-9 Tr Σ.</returns>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static double Between(Tensor reference, Tensor samples)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        return Math.Min(x.shape[0], y.shape[0]) <= x.shape[1] ? FromFactors(x, y) : FromRows(x, y);
    }

    /// <summary>The distance between two sets whose moments were streamed.</summary>
    /// <exception cref="BadInputException">A set has fewer than two rows, or they differ in width.</exception>
    public static double Between(FeatureMoments reference, FeatureMoments samples)
    {
        using var scope = NewDisposeScope();
        return FromStatistics(reference.Mean(), reference.Covariance(), samples.Mean(), samples.Covariance());
    }

    /// <summary>The distance from means and covariances.</summary>
    /// <param name="mean1">float64 [D].</param>
    /// <param name="covariance1">float64 [D, D], symmetric.</param>
    /// <param name="mean2">float64 [D].</param>
    /// <param name="covariance2">float64 [D, D], symmetric.</param>
    /// <exception cref="BadInputException">A statistic is not finite or of the wrong shape.</exception>
    public static double FromStatistics(Tensor mean1, Tensor covariance1, Tensor mean2, Tensor covariance2)
    {
        using var scope = NewDisposeScope();
        var (m1, s1) = CheckStatistics(mean1, covariance1, "mu and sigma of the first set");
        var (m2, s2) = CheckStatistics(mean2, covariance2, "mu and sigma of the second set");
        if (m1.shape[0] != m2.shape[0])
            throw new BadInputException($"statistics of {m1.shape[0]} and of {m2.shape[0]} features cannot be compared; both must come from one extractor");
        var root = Root(s1);
        var eigenvalues = linalg.eigvalsh(root.t().mm(s2).mm(root));
        var trace = eigenvalues.clamp_min(0).sqrt().sum();
        return ((m1 - m2).square().sum() + s1.trace() + s2.trace() - 2 * trace).item<double>();
    }

    /// <summary>The distance with a 95% interval.</summary>
    /// <param name="reference">Features [N, D].</param>
    /// <param name="samples">Features [M, D].</param>
    /// <param name="seed">Seed of the groups.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static MetricValue Measure(Tensor reference, Tensor samples, int seed, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples);
        var (n, m) = (x.shape[0], y.shape[0]);
        var protocol = string.Create(CultureInfo.InvariantCulture, $"Fréchet distance of Gaussians, ddof 1, float64; reference {n}, samples {m}");
        if (Math.Min(n, m) < Jackknife.MinRows)
            return new("frechet_distance", Between(x, y), null, null, m, $"{protocol}; no interval below {Jackknife.MinRows} rows");
        var jackknifed = FrechetJackknife.Of(x, y, seed, cancellation);
        return MetricValue.Around("frechet_distance", jackknifed.Value, jackknifed.HalfWidth, m,
            $"{protocol}; interval 95%, delete-a-group jackknife ({Jackknife.Groups} groups) over samples and over reference, t with {Jackknife.Groups - 1} degrees, of the expected distance at these sizes (not of its limit at infinite n); seed {seed}");
    }

    private static double FromRows(Tensor x, Tensor y)
    {
        using var first = FeatureMoments.Of(x);
        using var second = FeatureMoments.Of(y);
        return Between(first, second);
    }

    /// <summary>With Σ₁ = AᵀA and Σ₂ = BᵀB, Tr(Σ₁Σ₂)^½ is the sum of the singular values of ABᵀ: nothing is squared, so
    /// nothing small is lost.</summary>
    private static double FromFactors(Tensor x, Tensor y)
    {
        var (m1, a) = Factor(x);
        var (m2, b) = Factor(y);
        var nuclear = linalg.svdvals(a.mm(b.t())).sum();
        return ((m1 - m2).square().sum() + a.square().sum() + b.square().sum() - 2 * nuclear).item<double>();
    }

    /// <summary>The mean and a factor A [min(n, D), D] with AᵀA = Σ: the centred rows, or the R of their QR where they are many.</summary>
    private static (Tensor Mean, Tensor Factor) Factor(Tensor rows)
    {
        var mean = rows.mean([0L]);
        var centred = (rows - mean).div_(Math.Sqrt(rows.shape[0] - 1));
        return (mean, rows.shape[0] > rows.shape[1] ? linalg.qr(centred, linalg.QRMode.R).R : centred);
    }

    /// <summary>A root R with RRᵀ = Σ: the Cholesky factor where it is safe, else the symmetric root.</summary>
    private static Tensor Root(Tensor covariance)
    {
        var (factor, info) = linalg.cholesky_ex(covariance);
        if (info.item<int>() == 0)
        {
            var pivots = factor.diagonal();
            if (pivots.min().item<double>() > SafePivotRatio * pivots.max().item<double>())
                return factor;
        }
        var (eigenvalues, eigenvectors) = linalg.eigh(covariance);
        return (eigenvectors * eigenvalues.clamp_min(0).sqrt()).mm(eigenvectors.t());
    }

    private static (Tensor Mean, Tensor Covariance) CheckStatistics(Tensor mean, Tensor covariance, string what)
    {
        var d = mean.numel();
        if (mean.shape.Length != 1 || !covariance.shape.AsSpan().SequenceEqual([d, d]))
            throw new BadInputException($"{what}: a mean [D] and a covariance [D, D] are needed, not [{string.Join(", ", mean.shape)}] and [{string.Join(", ", covariance.shape)}]");
        return (FeatureMatrix.Check(mean.unsqueeze(0), what, atLeast: 1)[0], FeatureMatrix.Check(covariance, what, atLeast: 1));
    }
}
