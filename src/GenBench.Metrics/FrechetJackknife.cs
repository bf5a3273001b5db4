using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The Fréchet distance without each group of the samples, and without each group of the reference.</summary>
internal static class FrechetJackknife
{
    /// <param name="reference">float64 [N, D].</param>
    /// <param name="samples">float64 [M, D].</param>
    /// <param name="seed">Seed of the groups.</param>
    /// <param name="cancellation">Heard before each distance.</param>
    internal static Jackknifed Of(Tensor reference, Tensor samples, int seed, CancellationToken cancellation) =>
        Math.Min(reference.shape[0], samples.shape[0]) <= reference.shape[1] ? OfRows(reference, samples, seed, cancellation) : OfMoments(reference, samples, seed, cancellation);

    /// <summary>From rows, where they are too few for covariances of full rank.</summary>
    private static Jackknifed OfRows(Tensor reference, Tensor samples, int seed, CancellationToken cancellation) => new(
        FrechetDistance.Between(reference, samples),
        WithoutEach(samples, seed, rest => FrechetDistance.Between(reference, rest), cancellation),
        WithoutEach(reference, seed, rest => FrechetDistance.Between(rest, samples), cancellation));

    /// <summary>From moments: those of a group are taken from those of the whole set.</summary>
    private static Jackknifed OfMoments(Tensor reference, Tensor samples, int seed, CancellationToken cancellation)
    {
        using var x = FeatureMoments.Of(reference);
        using var y = FeatureMoments.Of(samples);
        return new(
            FrechetDistance.Between(x, y),
            WithoutEach(samples, y, seed, rest => FrechetDistance.Between(x, rest), cancellation),
            WithoutEach(reference, x, seed, rest => FrechetDistance.Between(rest, y), cancellation));
    }

    private static double[] WithoutEach(Tensor rows, int seed, Func<Tensor, double> distance, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var n = rows.shape[0];
        var ordered = rows.index_select(0, Jackknife.Order(n, seed));
        return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var (first, count) = Jackknife.Group(g, n);
            return distance(cat([ordered.narrow(0, 0, first), ordered.narrow(0, first + count, n - first - count)]));
        })];
    }

    private static double[] WithoutEach(Tensor rows, FeatureMoments whole, int seed, Func<FeatureMoments, double> distance, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var ordered = rows.index_select(0, Jackknife.Order(rows.shape[0], seed));
        return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
        {
            cancellation.ThrowIfCancellationRequested();
            var (first, count) = Jackknife.Group(g, rows.shape[0]);
            using var group = FeatureMoments.Of(ordered.narrow(0, first, count));
            using var rest = whole.Without(group);
            return distance(rest);
        })];
    }
}
