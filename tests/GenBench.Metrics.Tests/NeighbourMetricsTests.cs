using CsCheck;
using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class NeighbourMetricsTests
{
    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    private static double[] Radii(double[][] points, int k) =>
        [.. points.Select((a, i) => points.Where((_, j) => j != i).Select(b => Distance(a, b)).Order().ElementAt(k - 1))];

    /// <summary>The four definitions, pair by pair.</summary>
    private static NeighbourScores Brute(double[][] reference, double[][] samples)
    {
        var (real3, fake3, real5) = (Radii(reference, 3), Radii(samples, 3), Radii(reference, 5));
        return new(
            samples.Average(s => reference.Where((r, i) => Distance(r, s) <= real3[i]).Any() ? 1.0 : 0),
            reference.Average(r => samples.Where((s, i) => Distance(r, s) <= fake3[i]).Any() ? 1.0 : 0),
            samples.Average(s => reference.Where((r, i) => Distance(r, s) < real5[i]).Count() / 5.0),
            reference.Select((r, i) => samples.Any(s => Distance(r, s) < real5[i]) ? 1.0 : 0).Average());
    }

    private static void AssertSame(NeighbourScores expected, NeighbourScores actual)
    {
        Assert.Equal(expected.Precision, actual.Precision, 1e-14);
        Assert.Equal(expected.Recall, actual.Recall, 1e-14);
        Assert.Equal(expected.Density, actual.Density, 1e-13);
        Assert.Equal(expected.Coverage, actual.Coverage, 1e-14);
    }

    [Fact]
    public void They_are_the_definitions_exactly_even_where_points_and_distances_are_equal() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[6, 60], Gen.Int[6, 60], Gen.Int[1, 40], Gen.Int[2, 5]).Sample((seed, n, m, d, high) =>
        {
            using var scope = NewDisposeScope();
            var (x, y) = (Draws.Lattice(seed, high, n, d), Draws.Lattice(seed + 1, high, m, d));
            AssertSame(Brute(Draws.Rows(x), Draws.Rows(y)), NeighbourMetrics.Between(x, y));
        }, iter: 60, threads: 1);

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 0.1, 0)]
    [InlineData(3, 0.1, 1e4)]
    public void They_are_those_of_the_exact_distances_where_most_are_told_apart_by_inner_products(int seed, double scale, double offset)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Lattice(seed, 9, 500, 7) * scale + offset, Draws.Lattice(seed + 10, 9, 400, 7) * scale + offset);
        var (xx, xy, yy) = (DistanceTile.Exact(x, x), DistanceTile.Exact(x, y), DistanceTile.Exact(y, y));
        Tensor Radii(Tensor distances, int k) => distances.sort(1).Values.select(1, k);
        double Share(Tensor hits) => hits.to(ScalarType.Float64).mean().item<double>();
        var balls = xy.lt(Radii(xx, 5).unsqueeze(1));
        var expected = new NeighbourScores(
            Share(xy.le(Radii(xx, 3).unsqueeze(1)).any(0)), Share(xy.le(Radii(yy, 3)).any(1)), balls.sum().item<long>() / (5.0 * 400), Share(balls.any(1)));
        AssertSame(expected, NeighbourMetrics.Between(x, y));
        var measured = NeighbourMetrics.Measure(x, y, seed);
        AssertSame(expected, new(measured[0].Value, measured[1].Value, measured[2].Value, measured[3].Value));
    }

    [Fact]
    public void A_set_against_itself_is_all_inside_but_for_what_strictness_takes()
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, 300, 100);
        var scores = NeighbourMetrics.Between(x, x);
        Assert.Equal((1, 1, 1), (scores.Precision, scores.Recall, scores.Coverage));
        // Each ball holds its own centre and its four nearest, the fifth lies on it: strictly inside are five of k = 5.
        Assert.Equal(1, scores.Density, 1e-12);
    }

    [Fact]
    public void Without_a_group_they_are_what_the_other_samples_give()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Lattice(1, 4, 40, 3), Draws.Lattice(2, 4, 57, 3) + 1);
        var pass = new NeighbourPass(new ReferenceBalls(x, 3, 5), new PointSet(y), Jackknife.Groups);
        var (recall, coverage) = (pass.RecallWithout(), pass.CoverageWithout());
        AssertSame(Brute(Draws.Rows(x), Draws.Rows(y)), pass.Scores());
        for (var g = 0; g < Jackknife.Groups; g++)
        {
            var (first, count) = Jackknife.Group(g, 57);
            var rest = Brute(Draws.Rows(x), [.. Draws.Rows(y).Where((_, i) => i < first || i >= first + count)]);
            Assert.Equal(rest.Recall, recall[g], 1e-14);
            Assert.Equal(rest.Coverage, coverage[g], 1e-14);
        }
    }

    [Fact]
    public void Tiles_and_groups_change_nothing()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([(5, 4), (9, 4), (13, 2)], Tiling.Split(5, 10, 1_000_000));
        var (x, y) = (Draws.Normal(1, 2500, 2), Draws.Normal(2, 2100, 2) * 1.5);
        var measured = NeighbourMetrics.Measure(x, y, 3);
        AssertSame(NeighbourMetrics.Between(x, y), new(measured[0].Value, measured[1].Value, measured[2].Value, measured[3].Value));
    }

    [Fact]
    public void Two_draws_of_one_law_cover_each_other_as_order_statistics_say()
    {
        using var scope = NewDisposeScope();
        // No sample falls into a ball that holds k − 1 others with chance 2⁻ᵏ.
        var scores = NeighbourMetrics.Between(Draws.Normal(1, 2000, 16), Draws.Normal(2, 2000, 16));
        Assert.Equal(1 - Math.Pow(2, -5), scores.Coverage, 0.02);
        Assert.Equal(1, scores.Density, 0.15);
    }

    /// <summary>Published for one draw of N(0, I) against itself. The density's expectation is 1: a new point is nearer than the k-th of N − 1 others
    /// with chance k/N. But few points near the middle lie in most balls, and it scatters as 1/√N: quarters show how much. A minute or
    /// more: run it by <c>-- --explicit only</c>.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Ten_thousand_draws_in_a_thousand_dimensions_give_the_published_figures()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 10_000, 1000), Draws.Normal(2, 10_000, 1000));
        var scores = NeighbourMetrics.Between(x, y, manifoldNeighbours: 5);
        Assert.Equal(.4772, scores.Precision, 0.02);
        Assert.Equal(.4705, scores.Recall, 0.02);
        Assert.Equal(.9735, scores.Coverage, 0.02);
        var quarters = (from i in Enumerable.Range(0, 4) from j in Enumerable.Range(0, 4) select (i, j)).Select(part =>
            NeighbourMetrics.Between(x.narrow(0, 2500 * part.i, 2500), y.narrow(0, 2500 * part.j, 2500)).Density).ToArray();
        var deviation = Math.Sqrt(quarters.Average(density => (density - 1) * (density - 1)) / 4);
        TestContext.Current.TestOutputHelper!.WriteLine($"{scores}, deviation of the density about {deviation:0.000}");
        Assert.InRange(scores.Density, 1 - 3 * deviation, 1 + 3 * deviation);
        Assert.InRange(1.0555, 1 - 3 * deviation, 1 + 3 * deviation);
    }

    [Fact]
    public void Too_few_rows_are_refused() =>
        Assert.Throws<BadInputException>(() => NeighbourMetrics.Between(Draws.Normal(1, 5, 2), Draws.Normal(2, 50, 2)));
}
