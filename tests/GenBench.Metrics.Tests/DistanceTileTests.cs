using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class DistanceTileTests
{
    /// <summary>Two sets with many equal distances, by their scale exact in float64 or not, far from the origin or not.</summary>
    private static (Tensor A, Tensor B) Draw(double scale, double offset) =>
        (Draws.Lattice(1, 9, 300, 7) * scale + offset, Draws.Lattice(2, 9, 500, 7) * scale + offset);

    private static bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();

    [Fact]
    public void Exact_distances_have_the_same_bits_in_any_tile_either_order_and_pair_by_pair()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 250, 37), Draws.Normal(2, 210, 37) * 1.5);
        var whole = DistanceTile.Exact(x, y);
        Assert.True(Same(whole[30..137], DistanceTile.Exact(x[30..137], y)));
        Assert.True(Same(whole.t(), DistanceTile.Exact(y, x)));
        Assert.True(Same(whole[..210].diagonal(), DistanceTile.Exact(x[..210].unsqueeze(1), y.unsqueeze(1)).flatten()));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 1e4)]
    [InlineData(1e-170, 0)]
    [InlineData(1e160, 0)]
    public void Comparisons_with_radii_are_those_of_the_exact_distances(double scale, double offset)
    {
        using var scope = NewDisposeScope();
        var (a, b) = Draw(scale, offset);
        var exact = DistanceTile.Exact(a, b);
        // Radii that some distances equal: each row's and each column's fourth, and its median.
        var rows = stack([exact.sort(1).Values.select(1, 3), exact.sort(1).Values.select(1, 250)]);
        var columns = stack([exact.sort(0).Values.select(0, 3), exact.sort(0).Values.select(0, 150)]);
        var tile = DistanceTile.Comparable(new PointSet(a), new PointSet(b), rows, columns);
        foreach (var radii in rows.unsqueeze(2).unbind().Concat(columns.unsqueeze(1).unbind()))
        {
            Assert.True(Same(exact.le(radii), tile.le(radii)));
            Assert.True(Same(exact.lt(radii), tile.lt(radii)));
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 1e4)]
    public void The_smallest_of_each_row_in_each_group_are_exact_and_the_others_larger(double scale, double offset)
    {
        using var scope = NewDisposeScope();
        var (a, b) = Draw(scale, offset);
        var exact = DistanceTile.Exact(a, b);
        var tile = DistanceTile.Nearest(new PointSet(a), new PointSet(b), 3, 20);
        for (var g = 0; g < 20; g++)
        {
            var (first, count) = Jackknife.Group(g, 500, 20);
            var (expected, actual) = (exact.narrow(1, first, count).sort(1).Values, tile.narrow(1, first, count).sort(1).Values);
            Assert.True(Same(expected.narrow(1, 0, 3), actual.narrow(1, 0, 3)));
        }
    }

    [Fact]
    public void Most_distances_come_from_inner_products()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Draws.Normal(1, 300, 37), Draws.Normal(2, 500, 37));
        var tile = DistanceTile.Nearest(new PointSet(a), new PointSet(b), 3);
        // Unlike what is taken from differences, these differ in the last digits.
        Assert.InRange(tile.ne(DistanceTile.Exact(a, b)).to(ScalarType.Float64).mean().item<double>(), 0.3, 1);
    }
}
