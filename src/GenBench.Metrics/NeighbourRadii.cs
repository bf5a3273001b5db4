using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The distance of each point of a set to its k-th neighbour in the set, itself not counted.</summary>
internal static class NeighbourRadii
{
    /// <summary>The radii for two k, float64 [N] each. The point itself, at distance 0, is among the k + 1 nearest, so
    /// the last of these is its k-th neighbour.</summary>
    internal static (Tensor OfK1, Tensor OfK2) Of(PointSet points, int k1, int k2, CancellationToken cancellation)
    {
        var n = points.Count;
        var (first, second) = (empty(n, ScalarType.Float64), empty(n, ScalarType.Float64));
        foreach (var (start, length) in Tiling.Split(0, n, n, cancellation))
        {
            using var scope = NewDisposeScope();
            var count = Math.Max(k1, k2) + 1;
            var near = Smallest(DistanceTile.Nearest(points.Narrow(start, length), points, count), count);
            first.narrow(0, start, length).copy_(near.select(1, k1));
            second.narrow(0, start, length).copy_(near.select(1, k2));
        }
        return (first, second);
    }

    /// <summary>The radii when each group of the points is left out, and last those of the whole set: float64
    /// [groups + 1, N]; a point's radius without its own group is of no use. Of one group only the whole set's are set.</summary>
    /// <param name="points">N points.</param>
    /// <param name="k">Which neighbour.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="cancellation">Heard before each tile.</param>
    internal static Tensor WithoutEachGroup(PointSet points, int k, int groups, CancellationToken cancellation)
    {
        var n = points.Count;
        var radii = empty(groups + 1, n, ScalarType.Float64);
        foreach (var (start, length) in Tiling.Split(0, n, n, cancellation))
        {
            using var scope = NewDisposeScope();
            var distances = DistanceTile.Nearest(points.Narrow(start, length), points, k + 1, groups);
            var near = Enumerable.Range(0, groups).Select(g => NearestOfGroup(distances, g, groups, k)).ToArray();
            radii[groups].narrow(0, start, length).copy_(Smallest(cat(near, 1), k + 1).select(1, k));
            for (var g = 0; g < groups && groups > 1; g++)
            {
                using var step = NewDisposeScope();
                var others = cat([.. near[..g], .. near[(g + 1)..]], 1);
                radii[g].narrow(0, start, length).copy_(Smallest(others, k + 1).select(1, k));
            }
        }
        return radii;
    }

    private static Tensor NearestOfGroup(Tensor distances, int g, int groups, int k)
    {
        var (first, count) = Jackknife.Group(g, distances.shape[1], groups);
        return Smallest(distances.narrow(1, first, count), (int)Math.Min(count, k + 1));
    }

    /// <summary>The smallest values of each row in rising order.</summary>
    private static Tensor Smallest(Tensor rows, int count) => rows.topk(count, 1, largest: false, sorted: true).values;
}
