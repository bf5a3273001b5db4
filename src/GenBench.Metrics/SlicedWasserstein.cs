using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The sliced Wasserstein distance (Rabin et al. 2011; Bonneel et al. 2015): the root of the mean of W₂² between the projections of both
/// sets onto directions that are uniform on the sphere. In one dimension the optimal coupling joins equal quantiles, so W₂²
/// is exact, for sets of unequal size too. In float64 on the CPU, in the unit of the vectors. It depends on n: two
/// draws of one law are at a positive distance.
/// </summary>
public static class SlicedWasserstein
{
    private const int Projections = 500;

    /// <summary>The distance.</summary>
    /// <param name="reference">Vectors [N, D].</param>
    /// <param name="samples">Vectors [M, D].</param>
    /// <param name="seed">Seed of the directions.</param>
    /// <param name="projections">Number of directions.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static double Between(Tensor reference, Tensor samples, int seed, int projections = Projections)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples, atLeast: 1);
        return Distance(x, y, seed, projections, groups: 0).Value;
    }

    /// <summary>The distance with a 95% interval of the expected distance at these sizes along these directions.</summary>
    /// <param name="reference">Vectors [N, D].</param>
    /// <param name="samples">Vectors [M, D].</param>
    /// <param name="seed">Seed of the directions and of the groups.</param>
    /// <param name="projections">Number of directions.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <returns><c>sliced_wasserstein</c>.</returns>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static MetricValue Measure(Tensor reference, Tensor samples, int seed, int projections = Projections, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(reference, samples, atLeast: 1);
        var (n, m) = (x.shape[0], y.shape[0]);
        var protocol = string.Create(CultureInfo.InvariantCulture, $"sliced W₂, {projections} directions, float64; reference {n}, samples {m}; seed {seed}");
        if (Math.Min(n, m) < Jackknife.MinRows)
            return new("sliced_wasserstein", Distance(x, y, seed, projections, groups: 0, cancellation).Value, null, null, m, $"{protocol}; no interval below {Jackknife.MinRows} rows");
        var (orderedX, orderedY) = (x.index_select(0, Jackknife.Order(n, seed)), y.index_select(0, Jackknife.Order(m, seed)));
        var jackknifed = Distance(orderedX, orderedY, seed, projections, Jackknife.Groups, cancellation);
        return MetricValue.Around("sliced_wasserstein", jackknifed.Value, jackknifed.HalfWidth, m,
            $"{protocol}; interval 95%, delete-a-group jackknife ({Jackknife.Groups} groups) over samples and over reference, t with {Jackknife.Groups - 1} degrees, of the expected distance at these sizes along these directions");
    }

    private static Jackknifed Distance(Tensor x, Tensor y, int seed, int projections, int groups, CancellationToken cancellation = default)
    {
        if (projections < 1)
            throw new BadInputException($"projections: at least 1 is needed, not {projections}");
        using var generator = new Generator((ulong)seed);
        var directions = randn([projections, x.shape[1]], ScalarType.Float64, generator: generator);
        directions.div_(linalg.vector_norm(directions, 2, [1], keepdim: true));
        var (whole, withoutY, withoutX) = (0.0, new double[groups], new double[groups]);
        foreach (var (start, length) in Tiling.Split(0, projections, x.shape[0] + y.shape[0], cancellation))
        {
            using var scope = NewDisposeScope();
            var part = directions.narrow(0, start, length);
            var (sortedX, sortedY) = (SortedProjections.Of(x, part), SortedProjections.Of(y, part));
            whole += SortedProjections.SumOfSquares(sortedX.Values, sortedY.Values);
            for (var g = 0; g < groups; g++)
            {
                using var step = NewDisposeScope();
                withoutY[g] += SortedProjections.SumOfSquares(sortedX.Values, sortedY.Without(g));
                withoutX[g] += SortedProjections.SumOfSquares(sortedX.Without(g), sortedY.Values);
            }
        }
        double Root(double sum) => Math.Sqrt(sum / projections);
        return new(Root(whole), Array.ConvertAll(withoutY, Root), Array.ConvertAll(withoutX, Root));
    }
}
