using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// Euclidean distances between two sets, exact where it matters. What counts is the distance from differences
/// (<see cref="Exact"/>), for which equal distances are equal bits. Most of them are only compared, and there
/// ‖a‖² + ‖b‖² − 2a·b decides, a matrix product: within its rounding error of a threshold it does not, and
/// those pairs are taken anew from differences. Every outcome is that of the exact distances, ties included.
/// </summary>
internal static class DistanceTile
{
    /// <summary>Above this share of doubtful pairs the whole tile is cheaper.</summary>
    private const double MostDoubtful = 0.05;

    /// <summary>‖a_i − b_j‖, float64 [A, B], from differences: the same two points give the same bits in every tile and
    /// in either order, and equal points give 0.</summary>
    internal static Tensor Exact(Tensor a, Tensor b) => cdist(a, b, 2, compute_mode.donot_use_mm_for_euclid_dist);

    /// <summary>Distances whose comparisons (≤, &lt;) with the given radii are those of the exact ones.</summary>
    /// <param name="a">A points.</param>
    /// <param name="b">B points.</param>
    /// <param name="rowRadii">[T, A]: what row i is compared with.</param>
    /// <param name="columnRadii">[T, B]: what column j is compared with.</param>
    internal static Tensor Comparable(PointSet a, PointSet b, Tensor rowRadii, Tensor columnRadii) => Repaired(a, b, (squares, error) =>
    {
        var doubtful = zeros_like(squares, ScalarType.Bool);
        foreach (var radii in rowRadii.square().unsqueeze(2).unbind().Concat(columnRadii.square().unsqueeze(1).unbind()))
        {
            using var scope = NewDisposeScope();
            doubtful.logical_or_((squares - radii).abs_().le(error));
        }
        return doubtful;
    });

    /// <summary>Distances of which the smallest of each row, within each group of columns, are the exact ones.</summary>
    /// <param name="a">A points.</param>
    /// <param name="b">B points.</param>
    /// <param name="count">How many of the smallest.</param>
    /// <param name="groups">Number of groups of columns, as <see cref="Jackknife.Group"/> makes them.</param>
    internal static Tensor Nearest(PointSet a, PointSet b, int count, int groups = 1) => Repaired(a, b, (squares, error) =>
    {
        var doubtful = empty_like(squares, ScalarType.Bool);
        for (var g = 0; g < groups; g++)
        {
            using var scope = NewDisposeScope();
            var (first, size) = Jackknife.Group(g, b.Count, groups);
            var part = squares.narrow(1, first, size);
            var last = part.topk((int)Math.Min(size, count), 1, largest: false, sorted: false).values.amax([1], keepdim: true);
            doubtful.narrow(1, first, size).copy_(part.le(last + 2 * error));
        }
        return doubtful;
    });

    /// <summary>Roots of the expanded squares, with the exact distance at each doubtful pair.</summary>
    private static Tensor Repaired(PointSet a, PointSet b, Func<Tensor, double, Tensor> doubt)
    {
        using var scope = NewDisposeScope();
        var error = RoundingError(a, b);
        if (!double.IsFinite(error))
            return Exact(a.Rows, b.Rows).MoveToOuterDisposeScope();
        var squares = (a.SquaredNorms.unsqueeze(1) + b.SquaredNorms).addmm_(a.Rows, b.Rows.t(), alpha: -2);
        var pairs = doubt(squares, error).nonzero();
        if (pairs.shape[0] > MostDoubtful * squares.numel())
            return Exact(a.Rows, b.Rows).MoveToOuterDisposeScope();
        var distances = squares.clamp_min_(0).sqrt_();
        foreach (var (start, length) in Tiling.Split(0, pairs.shape[0], 2 * a.Rows.shape[1]))
        {
            using var step = NewDisposeScope();
            var (i, j) = (pairs.narrow(0, start, length).select(1, 0), pairs.narrow(0, start, length).select(1, 1));
            var exact = Exact(a.Rows.index_select(0, i).unsqueeze(1), b.Rows.index_select(0, j).unsqueeze(1));
            distances.index_put_(exact.flatten(), i, j);
        }
        return distances.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// More than an expanded square, the square of an exact distance and that of a radius can be away from their true
    /// values together. With u = 2⁻⁵³ an inner product of D terms in any order is off by at most D·u·‖a‖‖b‖/(1 − D·u), so the
    /// expansion by (D + 4)·u·(‖a‖ + ‖b‖)², the differences by as much, and (‖a‖ + ‖b‖)² ≤ 2(‖a‖² + ‖b‖²). Four times that, so
    /// that roots on either side of a threshold stay there; and a constant for what underflows.
    /// </summary>
    private static double RoundingError(PointSet a, PointSet b) =>
        (16 * a.Rows.shape[1] + 256) * Math.ScaleB(1, -53) * (a.Largest + b.Largest) + 1e-300;
}
