using CsCheck;
using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class SlicedWassersteinTests
{
    [Fact]
    public void In_one_dimension_it_joins_equal_ranks()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 60, 1), Draws.Normal(2, 60, 1) * 3 + 1);
        var expected = Math.Sqrt(Draws.Rows(x).Select(row => row[0]).Order().Zip(Draws.Rows(y).Select(row => row[0]).Order(), (a, b) => (a - b) * (a - b)).Average());
        Assert.Equal(expected, SlicedWasserstein.Between(x, y, 0), 1e-12);
    }

    [Fact]
    public void Sets_of_unequal_size_are_as_far_apart_as_with_each_row_repeated_to_a_common_size() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 3], Gen.Int[0, 1000]).Sample((n, m, d, seed) =>
        {
            using var scope = NewDisposeScope();
            var (x, y) = (Draws.Lattice(seed, 5, n, d), Draws.Normal(seed + 1, m, d));
            var expected = SlicedWasserstein.Between(x.repeat(m, 1), y.repeat(n, 1), seed, 20);
            Assert.Equal(expected, SlicedWasserstein.Between(x, y, seed, 20), 1e-12);
        }, iter: 60, threads: 1);

    [Fact]
    public void A_shift_is_seen_by_its_part_along_each_direction()
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, 50, 3);
        // The mean of (θ·δ)² over the sphere is ‖δ‖²/D.
        var distance = SlicedWasserstein.Between(x, x + tensor(new[] { 3.0, 0, 4 }), 1, 5000);
        Assert.Equal(5 / Math.Sqrt(3), distance, 0.05);
        Assert.Equal(0, SlicedWasserstein.Between(x, x, 1), 1e-12);
    }

    [Fact]
    public void The_jackknife_leaves_out_what_it_says()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 47, 3), Draws.Normal(2, 61, 3) + 0.5);
        double[] Without(Tensor rows, Func<Tensor, double> value)
        {
            var ordered = rows.index_select(0, Jackknife.Order(rows.shape[0], 4));
            return [.. Enumerable.Range(0, Jackknife.Groups).Select(g =>
            {
                var (first, count) = Jackknife.Group(g, rows.shape[0]);
                return value(cat([ordered.narrow(0, 0, first), ordered.narrow(0, first + count, rows.shape[0] - first - count)]));
            })];
        }
        var variance = Jackknife.Variance(Without(y, rest => SlicedWasserstein.Between(x, rest, 4)))
            + Jackknife.Variance(Without(x, rest => SlicedWasserstein.Between(rest, y, 4)));
        var value = SlicedWasserstein.Measure(x, y, 4);
        Assert.Equal(SlicedWasserstein.Between(x, y, 4), value.Value, 1e-12);
        Assert.Equal(Jackknife.Quantile * Math.Sqrt(variance), value.High!.Value - value.Value, 1e-10);
    }

    [Fact]
    public void No_directions_are_refused() =>
        Assert.Throws<BadInputException>(() => SlicedWasserstein.Between(Draws.Normal(1, 5, 2), Draws.Normal(2, 5, 2), 0, 0));
}
