using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The unbiased estimate of MMD² between two whole sets (Gretton et al. 2012, eq. 3): means of the kernel over pairs within
/// each set, a row never paired with itself, less twice the mean over pairs across. Tiled.</summary>
internal static class UnbiasedMmd
{
    /// <param name="x">float64 [N, D], N > 1.</param>
    /// <param name="y">float64 [M, D], M > 1.</param>
    /// <param name="kernel">k(a_i, b_j), float64 [A, B], of [A, D] and [B, D].</param>
    internal static double Of(Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> kernel)
    {
        var (n, m) = ((double)x.shape[0], (double)y.shape[0]);
        return Sum(x, x, kernel, within: true) / (n * (n - 1)) + Sum(y, y, kernel, within: true) / (m * (m - 1)) - 2 * Sum(x, y, kernel, within: false) / (n * m);
    }

    private static double Sum(Tensor a, Tensor b, Func<Tensor, Tensor, Tensor> kernel, bool within)
    {
        var sum = 0.0;
        foreach (var (start, length) in Tiling.Split(0, a.shape[0], b.shape[0]))
        {
            using var scope = NewDisposeScope();
            var tile = kernel(a.narrow(0, start, length), b);
            if (within)
                tile.narrow(1, start, length).diagonal().zero_();
            sum += tile.sum().item<double>();
        }
        return sum;
    }
}
