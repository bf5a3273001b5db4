using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// Variance of the unbiased MMD² of two whole sets by the delete-a-group jackknife. Every figure without a group follows
/// from sums of the kernel over pairs of groups, so each kernel value is computed once, a block of rows at a time.
/// </summary>
internal static class KernelJackknife
{
    /// <param name="x">float64 [N, D], in random order.</param>
    /// <param name="y">float64 [M, D], in random order.</param>
    internal static double Variance(Tensor x, Tensor y)
    {
        var (xx, yy) = (Within(x), Within(y));
        var (xy, yx) = Across(x, y);
        var (n, m) = (x.shape[0], y.shape[0]);
        return Jackknife.Variance(Deleted(xx, yy, xy, n, m)) + Jackknife.Variance(Deleted(yy, xx, yx, m, n));
    }

    /// <summary>Per group: the kernel's sum over pairs with one row in the group and one anywhere, and with both in it;
    /// no row is paired with itself.</summary>
    private sealed record GroupSums(double[] WithAny, double[] WithOwn);

    private static GroupSums Within(Tensor rows)
    {
        var sums = new GroupSums(new double[Jackknife.Groups], new double[Jackknife.Groups]);
        for (var g = 0; g < Jackknife.Groups; g++)
        {
            using var scope = NewDisposeScope();
            var (first, count) = Jackknife.Group(g, rows.shape[0]);
            var kernel = KernelDistance.Kernel(rows.narrow(0, first, count), rows);
            var own = kernel.narrow(1, first, count);
            own.diagonal().zero_();
            sums.WithAny[g] = kernel.sum().item<double>();
            sums.WithOwn[g] = own.sum().item<double>();
        }
        return sums;
    }

    /// <summary>Per group of x the kernel's sum with all of y, and per group of y with all of x.</summary>
    private static (double[] OfX, double[] OfY) Across(Tensor x, Tensor y)
    {
        var (ofX, ofY) = (new double[Jackknife.Groups], new double[Jackknife.Groups]);
        for (var g = 0; g < Jackknife.Groups; g++)
        {
            using var scope = NewDisposeScope();
            var (first, count) = Jackknife.Group(g, x.shape[0]);
            var columns = KernelDistance.Kernel(x.narrow(0, first, count), y).sum([0L]);
            ofX[g] = columns.sum().item<double>();
            for (var h = 0; h < Jackknife.Groups; h++)
            {
                var (start, length) = Jackknife.Group(h, y.shape[0]);
                ofY[h] += columns.narrow(0, start, length).sum().item<double>();
            }
        }
        return (ofX, ofY);
    }

    /// <summary>The MMD² without each group of the first set.</summary>
    private static double[] Deleted(GroupSums first, GroupSums second, double[] across, long n, long m)
    {
        var (own, other, cross) = (first.WithAny.Sum(), second.WithAny.Sum() / ((double)m * (m - 1)), across.Sum());
        return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
        {
            double left = n - Jackknife.Group(g, n).Count;
            return (own - 2 * first.WithAny[g] + first.WithOwn[g]) / (left * (left - 1)) + other - 2 * (cross - across[g]) / (left * m);
        })];
    }
}
