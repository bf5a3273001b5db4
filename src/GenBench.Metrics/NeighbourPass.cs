using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// One pass over all distances, a tile of rows at a time, that keeps what the four figures need, whole and without each
/// group of the samples. Its tensors belong to the scope that was open when it was made.
/// </summary>
internal sealed class NeighbourPass
{
    private readonly int groups;
    private readonly Tensor manifoldRadii;   // [N], the reference's, for precision
    private readonly Tensor ballRadii;       // [N], the reference's, for density and coverage
    private readonly Tensor sampleRadii;     // [groups + 1, M]: without each group, and last the whole set's
    private readonly Tensor nearest;         // [groups, N]: distance to the nearest sample of each group
    private readonly Tensor recalled;        // [groups, N]: inside the whole set's manifold by a sample of this group
    private readonly Tensor recalledWithout; // [groups, N]: inside by a sample whose radius grows without this group

    /// <param name="reference">float64 [N, D].</param>
    /// <param name="samples">float64 [M, D]; group g is <see cref="Jackknife.Group"/> of its rows.</param>
    /// <param name="manifoldNeighbours">k of precision and recall.</param>
    /// <param name="ballNeighbours">k of density and coverage.</param>
    /// <param name="groups"><see cref="Jackknife.Groups"/>, or 1 where no interval is wanted.</param>
    internal NeighbourPass(Tensor reference, Tensor samples, int manifoldNeighbours, int ballNeighbours, int groups)
    {
        this.groups = groups;
        var (n, m) = (reference.shape[0], samples.shape[0]);
        (manifoldRadii, ballRadii) = NeighbourRadii.Of(reference, manifoldNeighbours, ballNeighbours);
        sampleRadii = NeighbourRadii.WithoutEachGroup(samples, manifoldNeighbours, groups);
        nearest = full(groups, n, double.PositiveInfinity, ScalarType.Float64);
        recalled = zeros(groups, n, ScalarType.Bool);
        recalledWithout = zeros(groups, n, ScalarType.Bool);
        (Inside, Balls) = (empty(m, ScalarType.Float64), empty(m, ScalarType.Float64));
        for (var g = 0; g < groups; g++)
        {
            var (first, count) = Jackknife.Group(g, m, groups);
            foreach (var (start, length) in DistanceTile.Split(first, count, n))
                Take(g, start, length, samples, reference);
        }
        Balls.div_(ballNeighbours);
    }

    /// <summary>1 where a sample is inside the reference's manifold, else 0; float64 [M].</summary>
    internal Tensor Inside { get; }

    /// <summary>Number of reference balls that hold a sample, over k; float64 [M].</summary>
    internal Tensor Balls { get; }

    internal NeighbourScores Scores()
    {
        using var scope = NewDisposeScope();
        return new(Inside.mean().item<double>(), Share(recalled.any(0)), Balls.mean().item<double>(), Share(nearest.amin([0]).lt(ballRadii)));
    }

    /// <summary>Recall without a group of the samples.</summary>
    internal double RecallWithout(int g)
    {
        using var scope = NewDisposeScope();
        return Share(Others(recalled, g).any(0).logical_or_(recalledWithout[g]));
    }

    /// <summary>Coverage without a group of the samples.</summary>
    internal double CoverageWithout(int g)
    {
        using var scope = NewDisposeScope();
        return Share(Others(nearest, g).amin([0]).lt(ballRadii));
    }

    private void Take(int g, long start, long length, Tensor samples, Tensor reference)
    {
        using var scope = NewDisposeScope();
        var distances = DistanceTile.Between(samples.narrow(0, start, length), reference);
        Inside.narrow(0, start, length).copy_(distances.le(manifoldRadii).any(1));
        Balls.narrow(0, start, length).copy_(distances.lt(ballRadii).sum(1));
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
