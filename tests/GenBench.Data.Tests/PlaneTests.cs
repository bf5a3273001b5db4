using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Plane;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

/// <summary>Points in the plane against the densities that they are said to have.</summary>
public sealed class PlaneTests
{
    private const int Cells = 240, Bins = 12; // along a side of [−6, 6]²; the edges of a checkerboard of 4 squares lie between cells
    private const double Edge = 6;

    public static TheoryData<string> Names => ["gaussians", "moons", "checkerboard", "swiss-roll"];

    private static Dataset Open(string name, int seed = 0, int train = 20_000, int validation = 0, int test = 1) => name switch
    {
        "gaussians" => Gaussians.Open(new() { Seed = seed, Train = train, Validation = validation, Test = test }, ""),
        "moons" => Moons.Open(new() { Seed = seed, Train = train, Validation = validation, Test = test }, ""),
        "checkerboard" => Checkerboard.Open(new() { Seed = seed, Train = train, Validation = validation, Test = test }, ""),
        _ => SwissRoll.Open(new() { Seed = seed, Train = train, Validation = validation, Test = test }, ""),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Densities_integrate_to_one_and_points_are_drawn_from_them(string name)
    {
        using var scope = NewDisposeScope();
        using var dataset = Open(name);
        var probabilities = CellProbabilities(dataset.LogProbability!);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.InRange(ChiSquare(dataset.Train.Images, probabilities, out var degrees), 0, Quantile(degrees));
    }

    [Fact]
    public void Points_of_another_law_are_told_apart_from_it()
    {
        using var scope = NewDisposeScope();
        using var dataset = Open("gaussians");
        using var other = Gaussians.Open(new() { Noise = 0.3, Train = 1, Test = 1 }, "");
        Assert.True(ChiSquare(dataset.Train.Images, CellProbabilities(other.LogProbability!), out var degrees) > Quantile(degrees));
    }

    [Fact]
    public void Densities_known_by_hand()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new[] { 3f, 0, -3, 0, 0, 3 }).reshape(3, 2, 1, 1);
        using var ring = Gaussians.Open(new() { Modes = 2, Noise = 0.5, Train = 1, Test = 1 }, "");
        var atMean = -Math.Log(2) - Math.Log(2 * Math.PI * 0.25);
        var between = -18 / (2 * 0.25) - Math.Log(2 * Math.PI * 0.25); // both modes √18 away
        Assert.Equal([atMean, atMean, between], Values(ring, points), (a, b) => Math.Abs(a - b) < 1e-9);

        using var board = Open("checkerboard", train: 1);
        var squares = tensor(new[] { -3f, -3, -1, -3, -4, -4, 4, 3, 3.9f, 3.9f }).reshape(5, 2, 1, 1);
        double[] expected = [-Math.Log(32), double.NegativeInfinity, -Math.Log(32), double.NegativeInfinity, -Math.Log(32)];
        Assert.Equal(expected, Values(board, squares), (a, b) => a == b || Math.Abs(a - b) < 1e-9);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    public void The_quadrature_along_a_curve_is_that_of_a_much_finer_one(double noise)
    {
        using var scope = NewDisposeScope();
        using var roll = SwissRoll.Open(new() { Noise = noise, Train = 100, Test = 1 }, "");
        const int nodes = 20_000;
        var t = (arange(nodes, ScalarType.Float64) + 0.5) * (3 * Math.PI / nodes) + 1.5 * Math.PI;
        var points = roll.Train.Images.flatten(1).to(ScalarType.Float64);
        var squares = (points.select(1, 0).unsqueeze(1) - t * t.cos() / 4).square() + (points.select(1, 1).unsqueeze(1) - t * t.sin() / 4).square();
        var expected = (squares * (-0.5 / (noise * noise))).logsumexp(1) - Math.Log(nodes * 2 * Math.PI * noise * noise);
        Assert.True((roll.LogProbability!(roll.Train.Images) - expected).abs().max().item<double>() < 1e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_point_is_a_function_of_seed_and_index_alone(string name)
    {
        using var scope = NewDisposeScope();
        using var small = Open(name, seed: 4, train: 30, validation: 10, test: 20);
        using var large = Open(name, seed: 4, train: 90, validation: 40, test: 50);
        using var other = Open(name, seed: 5, train: 30, validation: 10, test: 20);
        Assert.True(small.Train.Images.equal(large.Train.Images[..30]).all().item<bool>());
        Assert.True(small.Validation.Images.equal(large.Validation.Images[..10]).all().item<bool>());
        Assert.True(small.Test.Images.equal(large.Test.Images[..20]).all().item<bool>());
        Assert.False(small.Train.Images.equal(other.Train.Images).any().item<bool>());
        var all = cat([large.Train.Images, large.Validation.Images, large.Test.Images]).flatten(1);
        Assert.Equal(180, all.unique(dim: 0).output.shape[0]);
        Assert.NotEqual(small.Checksum, large.Checksum);
        Assert.NotEqual(small.Checksum, other.Checksum);
    }

    [Theory]
    [InlineData("gaussians", 8)]
    [InlineData("moons", 2)]
    [InlineData("checkerboard", 0)]
    [InlineData("swiss-roll", 0)]
    public void Points_are_images_of_two_real_channels(string name, int classes)
    {
        using var scope = NewDisposeScope();
        using var dataset = Open(name, train: 300, test: 7);
        Assert.Equal(new DataSpec(new ImageShape(2, 1, 1), classes) { Values = DataValues.Reals }, dataset.Spec);
        Assert.True(dataset.Spec.IsPoints);
        Assert.Equal(name, dataset.Name);
        Assert.Equal(classes, dataset.ClassNames.Count);
        Assert.Equal([300, 2, 1, 1], dataset.Train.Images.shape);
        Assert.Equal(ScalarType.Float32, dataset.Train.Images.dtype);
        Assert.Equal([0, 2, 1, 1], dataset.Validation.Images.shape);
        Assert.InRange(dataset.Train.Images.abs().max().item<float>(), 2, 5.5);
        Assert.Equal(classes == 0, dataset.Train.Labels is null);
        if (classes > 0)
            Assert.Equal(classes, dataset.Train.Labels!.unique().output.shape[0]);
    }

    [Fact]
    public void A_label_is_the_part_of_the_law_that_drew_the_point()
    {
        using var scope = NewDisposeScope();
        using var ring = Gaussians.Open(new() { Noise = 0.1, Train = 500, Test = 1 }, "");
        var (x, y) = (ring.Train.Images[.., 0, 0, 0], ring.Train.Images[.., 1, 0, 0]);
        var mode = (y.atan2(x) * (8 / (2 * Math.PI))).round().remainder(8).to(ScalarType.Int64);
        Assert.True(mode.eq(ring.Train.Labels!).all().item<bool>());

        using var moons = Moons.Open(new() { Noise = 0.05, Train = 500, Test = 1 }, "");
        var fromUpper = (moons.Train.Images[.., 0, 0, 0] + 1).square() + (moons.Train.Images[.., 1, 0, 0] + 0.5).square(); // its centre is (−1, −½)
        Assert.True((fromUpper.sqrt() - 2).abs().lt(0.3).logical_or(moons.Train.Labels!.eq(1)).all().item<bool>());
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Equal("modes", Assert.Throws<InvalidOptionException>(() => Gaussians.Describe(new() { Modes = 0 })).Option);
        Assert.Equal("noise", Assert.Throws<InvalidOptionException>(() => Moons.Describe(new() { Noise = 0 })).Option);
        Assert.Equal("noise", Assert.Throws<InvalidOptionException>(() => SwissRoll.Describe(new() { Noise = 3 })).Option);
        Assert.Equal("squares", Assert.Throws<InvalidOptionException>(() => Checkerboard.Describe(new() { Squares = 1 })).Option);
        Assert.Equal("train", Assert.Throws<InvalidOptionException>(() => Moons.Describe(new() { Train = 0 })).Option);
    }

    [Fact]
    public void Statistics_are_those_of_the_reals()
    {
        using var scope = NewDisposeScope();
        using var split = new ImageSplit(tensor(new[] { -1f, 10, 2, 10, 5, 10 }).reshape(3, 2, 1, 1), null);
        var found = SplitStatistics.Of(split, 0);
        Assert.Equal((2.0, -1.0, 5.0), (found.Channels[0].Mean, found.Channels[0].Least, found.Channels[0].Greatest));
        Assert.Equal(Math.Sqrt(6), found.Channels[0].Deviation, 1e-12);
        Assert.Equal(new ChannelStatistics(10, 0, 10, 10), found.Channels[1]);
    }

    private static double[] Values(Dataset dataset, Tensor points) => dataset.LogProbability!(points).data<double>().ToArray();

    /// <summary>The mass of each cell by the midpoint rule, row by row from the bottom.</summary>
    private static double[] CellProbabilities(Func<Tensor, Tensor> logDensity)
    {
        const double width = 2 * Edge / Cells;
        var axis = (arange(Cells, ScalarType.Float64) + 0.5) * width - Edge;
        var yx = cartesian_prod([axis, axis]);
        var points = stack([yx.select(1, 1), yx.select(1, 0)], dim: 1).to(ScalarType.Float32).reshape(-1, 2, 1, 1);
        return (logDensity(points).exp() * (width * width)).data<double>().ToArray();
    }

    /// <summary>Pearson's statistic of the points in 12 × 12 bins; bins where fewer than 5 are expected are one.</summary>
    private static double ChiSquare(Tensor points, double[] probabilities, out int degrees)
    {
        const int perBin = Cells / Bins;
        var (observed, expected) = (new double[Bins * Bins + 1], new double[Bins * Bins + 1]);
        var coordinates = points.data<float>().ToArray();
        var n = coordinates.Length / 2;
        foreach (var (cell, probability) in probabilities.Index())
            expected[cell / Cells / perBin * Bins + cell % Cells / perBin] += probability * n;
        expected[^1] = n - expected.Sum(); // beyond the window
        foreach (var point in coordinates.Chunk(2))
        {
            var (column, row) = (Math.Floor((point[0] + Edge) * Bins / (2 * Edge)), Math.Floor((point[1] + Edge) * Bins / (2 * Edge)));
            var inside = Math.Min(column, row) >= 0 && Math.Max(column, row) < Bins;
            observed[inside ? (int)row * Bins + (int)column : Bins * Bins]++;
        }
        var large = Enumerable.Range(0, expected.Length).Where(bin => expected[bin] >= 5).ToArray();
        var (restObserved, restExpected) = (n - large.Sum(bin => observed[bin]), n - large.Sum(bin => expected[bin]));
        degrees = large.Length;
        return large.Sum(bin => Math.Pow(observed[bin] - expected[bin], 2) / expected[bin])
            + Math.Pow(restObserved - restExpected, 2) / Math.Max(restExpected, 1);
    }

    /// <summary>The quantile of χ² at 1 − 10⁻⁴, by Wilson and Hilferty's cube.</summary>
    private static double Quantile(int degrees)
    {
        const double z = 3.719;
        var a = 2 / (9.0 * degrees);
        return degrees * Math.Pow(1 - a + z * Math.Sqrt(a), 3);
    }
}
