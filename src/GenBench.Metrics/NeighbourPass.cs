using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// One pass over all distances, a tile of rows at a time, that keeps what the four figures need, whole and without each
/// group of the samples. Its tensors belong to the scope that was open when it was made.
/// </summary>
internal sealed class NeighbourPass
{
    private readonly int groups;
    private readonly ReferenceBalls reference;
    private readonly Tensor sampleRadii;     // [groups + 1, M]: without each group, and last the whole set's
    private readonly Tensor nearest;         // [groups, N]: distance to the nearest sample of each group
    private readonly Tensor recalled;        // [groups, N]: inside the whole set's manifold by a sample of this group
    private readonly Tensor recalledWithout; // [groups, N]: inside by a sample whose radius grows without this group

    /// <param name="reference">N points with their radii.</param>
    /// <param name="samples">M points; group g is <see cref="Jackknife.Group"/> of them.</param>
    /// <param name="groups"><see cref="Jackknife.Groups"/>, or 1 where no interval is wanted.</param>
    /// <param name="cancellation">Heard before each tile.</param>
    internal NeighbourPass(ReferenceBalls reference, PointSet samples, int groups, CancellationToken cancellation = default)
    {
        (this.groups, this.reference) = (groups, reference);
        var (n, m, k) = (reference.Points.Count, samples.Count, reference.ManifoldNeighbours);
        sampleRadii = NeighbourRadii.WithoutEachGroup(samples, k, groups, cancellation);
        nearest = full(groups, n, double.PositiveInfinity, ScalarType.Float64);
        recalled = zeros(groups, n, ScalarType.Bool);
        recalledWithout = zeros(groups, n, ScalarType.Bool);
        (Inside, Balls) = (empty(m, ScalarType.Float64), empty(m, ScalarType.Float64));
        var rowRadii = DistinctRadii(k);
        for (var g = 0; g < groups; g++)
        {
            var (first, count) = Jackknife.Group(g, m, groups);
            foreach (var (start, length) in Tiling.Split(first, count, n, cancellation))
                Take(g, start, samples.Narrow(start, length), rowRadii.narrow(1, start, length));
        }
        Balls.div_(reference.BallNeighbours);
    }

    /// <summary>1 where a sample is inside the reference's manifold, else 0; float64 [M].</summary>
    internal Tensor Inside { get; }

    /// <summary>Number of reference balls that hold a sample, over k; float64 [M].</summary>
    internal Tensor Balls { get; }

    internal NeighbourScores Scores()
    {
        using var scope = NewDisposeScope();
        return new(Inside.mean().item<double>(), Share(recalled.any(0)), Balls.mean().item<double>(), Share(nearest.amin([0]).lt(reference.BallRadii)));
    }

    /// <summary>Recall without each group of the samples.</summary>
    internal double[] RecallWithout() => WithoutEach(g => Others(recalled, g).any(0).logical_or_(recalledWithout[g]));

    /// <summary>Coverage without each group of the samples.</summary>
    internal double[] CoverageWithout() => WithoutEach(g => Others(nearest, g).amin([0]).lt(reference.BallRadii));

    private double[] WithoutEach(Func<int, Tensor> indicators) =>
    [
        .. Enumerable.Range(0, groups).Select(g =>
        {
            using var scope = NewDisposeScope();
            return Share(indicators(g));
        }),
    ];

    /// <summary>All radii that a sample can have, [T, M]: only the k groups that hold its neighbours matter to it, beside its own.</summary>
    private Tensor DistinctRadii(int k) => groups == 1
        ? sampleRadii.narrow(0, 1, 1)
        : sampleRadii.topk(Math.Min(k + 2, groups + 1), 0, largest: true, sorted: false).values;

    private void Take(int g, long start, PointSet samples, Tensor rowRadii)
    {
        using var scope = NewDisposeScope();
        var length = samples.Count;
        var distances = DistanceTile.Comparable(samples, reference.Points, rowRadii, reference.Radii);
        Inside.narrow(0, start, length).copy_(distances.le(reference.ManifoldRadii).any(1));
        Balls.narrow(0, start, length).copy_(distances.lt(reference.BallRadii).sum(1));
        nearest[g].copy_(minimum(nearest[g], distances.amin([0])));
        var whole = sampleRadii[groups].narrow(0, start, length);
        recalled[g].logical_or_(Reached(distances, whole));
        for (var left = 0; left < groups; left++)
            if (left != g)
                TakeWider(left, sampleRadii[left].narrow(0, start, length), whole, distances);
    }

    /// <summary>Without a group, only the samples that had a neighbour in it reach further than before.</summary>
    private void TakeWider(int left, Tensor without, Tensor whole, Tensor distances)
    {
        using var scope = NewDisposeScope();
        var wider = without.gt(whole).nonzero().squeeze(1);
        if (wider.shape[0] > 0)
            recalledWithout[left].logical_or_(Reached(distances.index_select(0, wider), without.index_select(0, wider)));
    }

    /// <summary>Which columns lie within some row's radius; bool [N].</summary>
    private static Tensor Reached(Tensor distances, Tensor radii) => distances.le(radii.unsqueeze(1)).any(0);

    private static Tensor Others(Tensor perGroup, int g) =>
        cat([perGroup.narrow(0, 0, g), perGroup.narrow(0, g + 1, perGroup.shape[0] - g - 1)]);

    private static double Share(Tensor indicators) => indicators.to(ScalarType.Float64).mean().item<double>();
}
