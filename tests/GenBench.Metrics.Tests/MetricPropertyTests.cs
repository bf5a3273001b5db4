using CsCheck;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>What every distance between sets owes, whatever the sets.</summary>
public sealed class MetricPropertyTests
{
    private static readonly (string Name, Func<Tensor, Tensor, double> Between)[] Distances =
    [
        ("Fréchet", FrechetDistance.Between),
        ("kernel", (x, y) => KernelDistance.Between(x, y, 0).Mean),
        ("MMD²", (x, y) => MaximumMeanDiscrepancy.Between(x, y, 2)),
        ("sliced Wasserstein", (x, y) => SlicedWasserstein.Between(x, y, 0, 50)),
    ];

    private static void Sample(Action<Tensor, Tensor, int> check) =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[1, 12], Gen.Int[8, 40], Gen.Int[8, 40]).Sample((seed, d, n, m) =>
        {
            using var scope = NewDisposeScope();
            check(Draws.Normal(seed, n, d), Draws.Exponential(seed + 1, m, d) * 1.5 + 0.5, seed);
        }, iter: 30, threads: 1);

    private static Tensor Shuffled(Tensor rows, int seed) => rows.index_select(0, Jackknife.Order(rows.shape[0], seed));

    [Fact]
    public void Distances_are_symmetric() => Sample((x, y, _) =>
        Assert.All(Distances, metric => Assert.Equal(metric.Between(x, y), metric.Between(y, x), 1e-8 * Scale(x, y))));

    [Fact]
    public void The_order_of_rows_does_not_matter() => Sample((x, y, seed) =>
    {
        var (p, q) = (Shuffled(x, seed), Shuffled(y, seed + 1));
        Assert.All(Distances, metric => Assert.Equal(metric.Between(x, y), metric.Between(p, q), 1e-8 * Scale(x, y)));
        AssertSame(NeighbourMetrics.Between(x, y), NeighbourMetrics.Between(p, q));
    });

    [Fact]
    public void Rotating_both_sets_changes_nothing() => Sample((x, y, seed) =>
    {
        var rotation = linalg.qr(Draws.Normal(seed + 2, x.shape[1], x.shape[1])).Q;
        var (p, q) = (x.mm(rotation), y.mm(rotation));
        Assert.All(Distances[..3], metric => Assert.Equal(metric.Between(x, y), metric.Between(p, q), 1e-8 * Scale(x, y)));
        AssertSame(NeighbourMetrics.Between(x, y), NeighbourMetrics.Between(p, q));
    });

    [Fact]
    public void A_set_and_its_shift_are_as_far_apart_in_Frechets_sense_as_the_shift_is_long_squared() => Sample((x, _, seed) =>
    {
        var shift = Draws.Normal(seed + 2, x.shape[1]);
        Assert.Equal(shift.square().sum().item<double>(), FrechetDistance.Between(x, x + shift), 1e-8 * Scale(x, x + shift));
        Assert.Equal(0, FrechetDistance.Between(x, x), 1e-8 * Scale(x, x));
    });

    [Fact]
    public void Distances_grow_as_noise_is_added()
    {
        using var scope = NewDisposeScope();
        var (x, y, noise) = (Draws.Normal(1, 900, 6), Draws.Normal(2, 800, 6), Draws.Normal(3, 800, 6));
        double[] levels = [0, 0.5, 1, 2];
        Assert.All(Distances, metric =>
        {
            var values = levels.Select(level => metric.Between(x, y + level * noise)).ToArray();
            Assert.Equal(values.Order(), values);
        });
        var scores = levels.Select(level => NeighbourMetrics.Between(x, y + level * noise)).ToArray();
        Assert.Equal(scores.OrderByDescending(score => score.Precision), scores);
        Assert.Equal(scores.OrderByDescending(score => score.Density), scores);
        Assert.Equal(scores.OrderByDescending(score => score.Coverage), scores);
    }

    private static void AssertSame(NeighbourScores before, NeighbourScores after)
    {
        Assert.Equal(before.Precision, after.Precision, 1e-12);
        Assert.Equal(before.Recall, after.Recall, 1e-12);
        Assert.Equal(before.Density, after.Density, 1e-12);
        Assert.Equal(before.Coverage, after.Coverage, 1e-12);
    }

    private static double Scale(Tensor x, Tensor y) => 1 + Math.Pow(Math.Max(x.abs().max().item<double>(), y.abs().max().item<double>()), 2);
}
