using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The nearest training image of each sample.</summary>
/// <param name="Indices">Row of the training set for each sample; the first of equally near ones.</param>
/// <param name="Distances">Euclidean distance to it, in the unit of the vectors.</param>
public sealed record NearestTraining(IReadOnlyList<long> Indices, IReadOnlyList<double> Distances);

/// <summary>How far samples are copies of training images.</summary>
/// <param name="Nearest">The nearest training image of each sample.</param>
/// <param name="Authenticity">Share of the samples that are no copies, with Wilson's interval.</param>
/// <param name="NearerThanTest">Chance that a sample is nearer to its nearest training image than a test image is to its
/// own; ½ where samples are like unseen images, 1 where all are nearer. Null where no test images were given.</param>
public sealed record MemorisationResult(NearestTraining Nearest, MetricValue Authenticity, MetricValue? NearerThanTest);

/// <summary>
/// Memorisation by nearest neighbours, in pixels or in features: Euclidean distances in float64, exact, ties included, tiled.
/// <para>Authenticity (Alaa et al. 2022): with x the nearest training image of a sample y and x′ that of x among the others, y is a copy
/// where ‖y − x‖ ≤ ‖x − x′‖. (The paper has &lt;, which would call the copy of an image that occurs twice authentic.)</para>
/// <para>Nearer than test (Meehan et al. 2020): the Mann–Whitney statistic of the samples' distances to the training set against
/// the test images', P(d(y) &lt; d(t)) + ½ P(d(y) = d(t)).</para>
/// </summary>
public static class Memorisation
{
    /// <summary>The nearest training image of each sample.</summary>
    /// <param name="train">Images [N, …] or features [N, D]; the rows are flattened.</param>
    /// <param name="samples">Images [M, …] or features [M, D] of the same size.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static NearestTraining Nearest(Tensor train, Tensor samples)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(Flat(train), Flat(samples), atLeast: 1);
        return Nearest(new PointSet(x), y);
    }

    /// <summary>Neighbours, authenticity, and the comparison with unseen images.</summary>
    /// <param name="train">The images [N, …] that the model was trained on, or their features [N, D]; N > 1.</param>
    /// <param name="samples">Images [M, …] or features [M, D] of the same size.</param>
    /// <param name="test">Images [T, …] or features [T, D] of the same law that the model has not seen; null where there are none.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the sets do not fit each other.</exception>
    public static MemorisationResult Measure(Tensor train, Tensor samples, Tensor? test, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (x, y) = FeatureMatrix.CheckPair(Flat(train), Flat(samples));
        var points = new PointSet(x);
        var nearest = Nearest(points, y, cancellation);
        var held = test is null ? null : Nearest(points, FeatureMatrix.CheckPair(x, Flat(test), what: "test images").Samples, cancellation);
        return new(nearest, Authenticity(points, nearest, cancellation), held is null ? null : NearerThanTest(nearest.Distances, held.Distances, x.shape[0]));
    }

    private static Tensor Flat(Tensor rows) => rows.shape.Length > 2 ? rows.flatten(1) : rows;

    private static NearestTraining Nearest(PointSet train, Tensor samples, CancellationToken cancellation = default)
    {
        var points = new PointSet(samples);
        var (indices, distances) = (new List<long>(), new List<double>());
        foreach (var (start, length) in Tiling.Split(0, points.Count, train.Count, cancellation))
        {
            using var scope = NewDisposeScope();
            var tile = DistanceTile.Nearest(points.Narrow(start, length), train, 1);
            indices.AddRange(tile.argmin(1).data<long>().ToArray());
            distances.AddRange(tile.amin([1]).data<double>().ToArray());
        }
        return new(indices, distances);
    }

    private static MetricValue Authenticity(PointSet train, NearestTraining nearest, CancellationToken cancellation)
    {
        // Only training images that are some sample's nearest need a neighbour of their own.
        long[] met = [.. nearest.Indices.Distinct().Order()];
        var gaps = new Dictionary<long, double>();
        var chosen = new PointSet(train.Rows.index_select(0, tensor(met)));
        foreach (var (start, length) in Tiling.Split(0, chosen.Count, train.Count, cancellation))
        {
            using var scope = NewDisposeScope();
            // The two smallest are the image itself, at 0, and its nearest other, at 0 as well where it occurs twice.
            var two = DistanceTile.Nearest(chosen.Narrow(start, length), train, 2).topk(2, 1, largest: false, sorted: true).values;
            foreach (var (gap, i) in two.select(1, 1).contiguous().data<double>().ToArray().Select((gap, i) => (gap, i)))
                gaps[met[start + i]] = gap;
        }
        var m = nearest.Indices.Count;
        var share = nearest.Indices.Zip(nearest.Distances, (index, distance) => distance > gaps[index] ? 1.0 : 0).Average();
        var (low, high) = WilsonInterval.Of(share, m);
        return new("authenticity", share, low, high, m, string.Create(CultureInfo.InvariantCulture,
            $"share of samples farther from their nearest training image than that is from its own (Alaa et al. 2022; ≤ is a copy); Euclidean, float64; train {train.Count}, samples {m}; interval 95% given the training set, Wilson"));
    }

    private static MetricValue NearerThanTest(IReadOnlyList<double> samples, IReadOnlyList<double> test, long trainCount)
    {
        using var scope = NewDisposeScope();
        var (s, t) = (tensor(samples.ToArray()), tensor(test.ToArray()));
        var farther = 1 - ShareBelow(t, s);
        var nearer = ShareBelow(s, t);
        var share = farther.mean().item<double>();
        // DeLong et al. 1988: each side's own share of won comparisons varies on its own.
        var variance = (farther.var() / samples.Count + nearer.var() / test.Count).item<double>();
        // Of equal laws the variance is (1/M + 1/T)/12; where nothing overlaps, DeLong's is 0 and this stands in.
        var most = 3.0 * samples.Count * test.Count / (samples.Count + test.Count);
        var (low, high) = WilsonInterval.OfVariance(share, variance, most, WilsonInterval.NormalQuantile);
        return new("nearer_than_test", share, low, high, samples.Count, string.Create(CultureInfo.InvariantCulture,
            $"P(d(sample) < d(test)) + ½ P(=), d to the nearest training image (Meehan et al. 2020); Euclidean, float64; train {trainCount}, samples {samples.Count}, test {test.Count}; interval 95% given the training set, Wilson with DeLong's variance"));
    }

    /// <summary>For each of <paramref name="values"/> the share of <paramref name="others"/> below it, equal ones by half.</summary>
    private static Tensor ShareBelow(Tensor others, Tensor values)
    {
        var sorted = others.sort().Values;
        return (searchsorted(sorted, values) + searchsorted(sorted, values, right: true)).to(ScalarType.Float64) / (2.0 * others.shape[0]);
    }
}
