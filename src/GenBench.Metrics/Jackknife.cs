using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The delete-a-group jackknife: the rows fall at random into 20 groups, the figure is taken anew without each one,
/// and its variance is (G − 1)/G Σ(θ₋g − θ̄)². No row is ever counted twice, which would bias a Fréchet distance upward
/// and shrink every neighbour's radius to 0.
/// </summary>
internal static class Jackknife
{
    internal const int Groups = 20;

    /// <summary>Fewer rows than this give no interval: groups of one row say little.</summary>
    internal const int MinRows = 2 * Groups;

    /// <summary>97.5% quantile of Student's t with 19 degrees of freedom: half-widths of 95% intervals in standard errors.</summary>
    internal const double Quantile = 2.093;

    /// <summary>A random order of n rows, int64 [n]; group g is <see cref="Group"/> of the rows so ordered.</summary>
    internal static Tensor Order(long n, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randperm(n, generator: generator);
    }

    /// <summary>First row and number of rows of group g among n rows.</summary>
    internal static (long First, long Count) Group(int g, long n, int groups = Groups)
    {
        var first = g * n / groups;
        return (first, (g + 1) * n / groups - first);
    }

    internal static double Variance(double[] deleted)
    {
        if (deleted.Length == 0)
            return 0;
        var mean = deleted.Average();
        return (deleted.Length - 1.0) / deleted.Length * deleted.Sum(value => (value - mean) * (value - mean));
    }
}
