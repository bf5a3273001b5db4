using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The unbiased MMD² of two whole sets with its delete-a-group jackknife. Every figure without a group follows
/// from sums of the kernel over pairs of groups, so each kernel value is computed once, a block of rows at a time.
/// </summary>
internal static class KernelJackknife
{
    /// <param name="reference">float64 [N, D], in random order.</param>
    /// <param name="samples">float64 [M, D], in random order.</param>
    /// <param name="kernel">k(a_i, b_j), float64 [A, B], of [A, D] and [B, D].</param>
    internal static Jackknifed Of(Tensor reference, Tensor samples, Func<Tensor, Tensor, Tensor> kernel)
    {
        var (xx, yy) = (Within(reference, kernel), Within(samples, kernel));
        var (xy, yx) = Across(reference, samples, kernel);
        var (n, m) = (reference.shape[0], samples.shape[0]);
        var value = xx.Mean(n) + yy.Mean(m) - 2 * xy.Sum() / ((double)n * m);
        return new(value, Deleted(yy, xx, yx, m, n), Deleted(xx, yy, xy, n, m));
    }

    /// <summary>Per group: the kernel's sum over pairs with one row in the group and one anywhere, and with both in it;
    /// no row is paired with itself.</summary>
    private sealed record GroupSums(double[] WithAny, double[] WithOwn)
    {
        internal double Mean(long rows) => WithAny.Sum() / ((double)rows * (rows - 1));
    }

    private static GroupSums Within(Tensor rows, Func<Tensor, Tensor, Tensor> kernel)
    {
        var sums = new GroupSums(new double[Jackknife.Groups], new double[Jackknife.Groups]);
        for (var g = 0; g < Jackknife.Groups; g++)
        {
            var (first, count) = Jackknife.Group(g, rows.shape[0]);
            foreach (var (start, length) in Tiling.Split(first, count, rows.shape[0]))
            {
                using var scope = NewDisposeScope();
                var tile = kernel(rows.narrow(0, start, length), rows);
                tile.narrow(1, start, length).diagonal().zero_();
                sums.WithAny[g] += tile.sum().item<double>();
                sums.WithOwn[g] += tile.narrow(1, first, count).sum().item<double>();
            }
        }
        return sums;
    }

    /// <summary>Per group of x the kernel's sum with all of y, and per group of y with all of x.</summary>
    private static (double[] OfX, double[] OfY) Across(Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> kernel)
    {
        var (ofX, ofY) = (new double[Jackknife.Groups], new double[Jackknife.Groups]);
        for (var g = 0; g < Jackknife.Groups; g++)
        {
            var (first, count) = Jackknife.Group(g, x.shape[0]);
            foreach (var (start, length) in Tiling.Split(first, count, y.shape[0]))
            {
                using var scope = NewDisposeScope();
                var columns = kernel(x.narrow(0, start, length), y).sum([0L]);
                ofX[g] += columns.sum().item<double>();
                for (var h = 0; h < Jackknife.Groups; h++)
                {
                    var (from, size) = Jackknife.Group(h, y.shape[0]);
                    ofY[h] += columns.narrow(0, from, size).sum().item<double>();
                }
            }
        }
        return (ofX, ofY);
    }

    /// <summary>The MMD² without each group of the first set.</summary>
    private static double[] Deleted(GroupSums first, GroupSums second, double[] across, long n, long m)
    {
        var (own, other, cross) = (first.WithAny.Sum(), second.Mean(m), across.Sum());
        return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
        {
            double left = n - Jackknife.Group(g, n).Count;
            return (own - 2 * first.WithAny[g] + first.WithOwn[g]) / (left * (left - 1)) + other - 2 * (cross - across[g]) / (left * m);
        })];
    }
}
