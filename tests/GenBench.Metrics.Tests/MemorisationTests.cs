using CsCheck;
using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class MemorisationTests
{
    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    [Fact]
    public void They_are_the_definitions_exactly_even_where_distances_are_equal() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[2, 60], Gen.Int[2, 40], Gen.Int[2, 40], Gen.Int[1, 9], Gen.Int[2, 5]).Sample((seed, n, m, k, d, high) =>
        {
            using var scope = NewDisposeScope();
            var (train, samples, test) = (Draws.Lattice(seed, high, n, d), Draws.Lattice(seed + 1, high, m, d), Draws.Lattice(seed + 2, high, k, d));
            var (x, y, t) = (Draws.Rows(train), Draws.Rows(samples), Draws.Rows(test));
            var distances = y.Select(row => x.Min(other => Distance(row, other))).ToArray();
            var held = t.Select(row => x.Min(other => Distance(row, other))).ToArray();
            long[] indices = [.. y.Select((row, i) => (long)Array.FindIndex(x, other => Distance(row, other) == distances[i]))];
            var copies = indices.Where((index, i) => distances[i] <= x.Where((_, j) => j != index).Min(other => Distance(x[index], other))).Count();
            var wins = distances.Sum(a => held.Sum(b => a < b ? 1 : a == b ? 0.5 : 0)) / (m * k);

            var result = Memorisation.Measure(train, samples, test);
            Assert.Equal(indices, result.Nearest.Indices);
            Assert.Equal(distances, result.Nearest.Distances);
            Assert.Equal(1 - (double)copies / m, result.Authenticity.Value, 1e-12);
            Assert.Equal(wins, result.NearerThanTest!.Value, 1e-12);
            Assert.Equal(indices, Memorisation.Nearest(train, samples).Indices);
        }, iter: 60, threads: 1);

    [Fact]
    public void Copies_are_found_among_images()
    {
        using var scope = NewDisposeScope();
        var train = Draws.Lattice(1, 256, 200, 1, 6, 6).to(ScalarType.Byte);
        var test = Draws.Lattice(2, 256, 100, 1, 6, 6).to(ScalarType.Byte);
        var samples = cat([train[50..80], Draws.Lattice(3, 256, 70, 1, 6, 6).to(ScalarType.Byte)]);
        var result = Memorisation.Measure(train, samples, test);
        Assert.Equal(Enumerable.Range(50, 30).Select(i => (long)i), result.Nearest.Indices.Take(30));
        Assert.All(result.Nearest.Distances.Take(30), distance => Assert.Equal(0, distance));
        Assert.InRange(result.Authenticity.Value, 0.3, 0.7);
        // Thirty of a hundred always win, the others half the time.
        Assert.Equal(0.3 + 0.7 / 2, result.NearerThanTest!.Value, 0.1);
        Assert.True(result.NearerThanTest.Low > 0.5);
    }

    [Fact]
    public void Unseen_images_are_as_near_as_unseen_images()
    {
        using var scope = NewDisposeScope();
        var result = Memorisation.Measure(Draws.Normal(1, 500, 4), Draws.Normal(2, 400, 4), Draws.Normal(3, 300, 4));
        Assert.True(result.NearerThanTest!.Low < 0.5 && 0.5 < result.NearerThanTest.High);
        Assert.Null(Memorisation.Measure(Draws.Normal(1, 50, 4), Draws.Normal(2, 40, 4), null).NearerThanTest);
    }

    [Fact]
    public void The_copy_of_an_image_that_occurs_twice_is_a_copy()
    {
        using var scope = NewDisposeScope();
        var train = tensor(new double[] { 0, 0, 10, 20 }).unsqueeze(1);
        Assert.Equal(0.5, Memorisation.Measure(train, tensor(new[] { 0.0, 0.1 }).unsqueeze(1), null).Authenticity.Value);
    }

    [Fact]
    public void Rows_that_are_not_finite_are_named_by_set()
    {
        using var scope = NewDisposeScope();
        var (good, bad) = (Draws.Normal(1, 10, 3), Draws.Normal(2, 10, 3));
        bad[4, 0] = double.NaN;
        Assert.Contains("test images: row 4 ", Assert.Throws<BadInputException>(() => Memorisation.Measure(good, good, bad)).Message, StringComparison.Ordinal);
        Assert.Contains("samples: row 4 ", Assert.Throws<BadInputException>(() => Memorisation.Nearest(good, bad)).Message, StringComparison.Ordinal);
    }
}
