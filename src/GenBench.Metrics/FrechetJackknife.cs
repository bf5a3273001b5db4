using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The Fréchet distance without each group of the samples, and without each group of the reference.</summary>
internal static class FrechetJackknife
{
    /// <param name="reference">float64 [N, D].</param>
    /// <param name="samples">float64 [M, D].</param>
    /// <param name="seed">Seed of the groups.</param>
    internal static Jackknifed Of(Tensor reference, Tensor samples, int seed) =>
        Math.Min(reference.shape[0], samples.shape[0]) <= reference.shape[1] ? OfRows(reference, samples, seed) : OfMoments(reference, samples, seed);

    /// <summary>From rows, where they are too few for covariances of full rank.</summary>
    private static Jackknifed OfRows(Tensor reference, Tensor samples, int seed) => new(
        FrechetDistance.Between(reference, samples),
        WithoutEach(samples, seed, rest => FrechetDistance.Between(reference, rest)),
        WithoutEach(reference, seed, rest => FrechetDistance.Between(rest, samples)));

    /// <summary>From the moments of the groups, each computed once and joined without the one left out.</summary>
    private static Jackknifed OfMoments(Tensor reference, Tensor samples, int seed)
    {
        var x = GroupMoments(reference, seed);
        var y = GroupMoments(samples, seed);
        using var allX = JoinWithout(x, null);
        using var allY = JoinWithout(y, null);
        var jackknifed = new Jackknifed(
            FrechetDistance.Between(allX, allY),
            WithoutEach(y, rest => FrechetDistance.Between(allX, rest)),
            WithoutEach(x, rest => FrechetDistance.Between(rest, allY)));
        foreach (var moments in (FeatureMoments[])[.. x, .. y])
            moments.Dispose();
        return jackknifed;
    }

    private static double[] WithoutEach(Tensor rows, int seed, Func<Tensor, double> distance)
    {
        using var scope = NewDisposeScope();
        var n = rows.shape[0];
        var ordered = rows.index_select(0, Jackknife.Order(n, seed));
        return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
        {
            using var step = NewDisposeScope();
            var (first, count) = Jackknife.Group(g, n);
            return distance(cat([ordered.narrow(0, 0, first), ordered.narrow(0, first + count, n - first - count)]));
        })];
    }

    private static double[] WithoutEach(FeatureMoments[] groups, Func<FeatureMoments, double> distance) =>
    [
        .. groups.Select(left =>
        {
            using var rest = JoinWithout(groups, left);
            return distance(rest);
        }),
    ];

    private static FeatureMoments[] GroupMoments(Tensor rows, int seed)
    {
        using var scope = NewDisposeScope();
        var ordered = rows.index_select(0, Jackknife.Order(rows.shape[0], seed));
        return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
        {
            var (first, count) = Jackknife.Group(g, rows.shape[0]);
            return FeatureMoments.Of(ordered.narrow(0, first, count));
        })];
    }

    private static FeatureMoments JoinWithout(FeatureMoments[] groups, FeatureMoments? left)
    {
        var joined = new FeatureMoments(groups[0].Dimension);
        foreach (var group in groups.Where(group => group != left))
            joined.Merge(group);
        return joined;
    }
}
