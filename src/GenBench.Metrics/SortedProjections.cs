using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The projections of a set onto some directions, in rising order along each.</summary>
/// <param name="Values">float64 [L, N].</param>
/// <param name="Rows">int64 [L, N]: which row each value is of.</param>
internal sealed record SortedProjections(Tensor Values, Tensor Rows)
{
    /// <param name="rows">float64 [N, D].</param>
    /// <param name="directions">float64 [L, D].</param>
    internal static SortedProjections Of(Tensor rows, Tensor directions)
    {
        var (values, indices) = directions.mm(rows.t()).sort(1);
        return new(values, indices);
    }

    /// <summary>The values without group g of the rows, still in order: float64 [L, N − count].</summary>
    internal Tensor Without(int g)
    {
        var (first, count) = Jackknife.Group(g, Values.shape[1]);
        var others = Rows.lt(first).logical_or_(Rows.ge(first + count));
        return Values.masked_select(others).view(Values.shape[0], -1);
    }

    /// <summary>W₂² between the values of each direction, summed over the directions.</summary>
    /// <param name="x">float64 [L, N], in rising order.</param>
    /// <param name="y">float64 [L, M], in rising order.</param>
    internal static double SumOfSquares(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var (n, m) = (x.shape[1], y.shape[1]);
        if (n == m)
            return (x - y).square().mean([1L]).sum().item<double>();
        var (i, j, weights) = Coupling(n, m);
        return (x.index_select(1, i) - y.index_select(1, j)).square().mv(weights).sum().item<double>();
    }

    /// <summary>The quantile functions of n and of m equal steps, both constant between neighbouring ends of steps: which
    /// step of each set every piece belongs to, and its length.</summary>
    private static (Tensor I, Tensor J, Tensor Weights) Coupling(long n, long m)
    {
        var (i, j, weights) = (new List<long>(), new List<long>(), new List<double>());
        // In units of 1/(n·m) all ends are whole numbers.
        for (long a = 0, b = 0, at = 0; at < n * m;)
        {
            var (endA, endB) = ((a + 1) * m, (b + 1) * n);
            var end = Math.Min(endA, endB);
            i.Add(a);
            j.Add(b);
            weights.Add((double)(end - at) / (n * m));
            at = end;
            a += endA == end ? 1 : 0;
            b += endB == end ? 1 : 0;
        }
        return (tensor(i.ToArray()), tensor(j.ToArray()), tensor(weights.ToArray()));
    }
}
