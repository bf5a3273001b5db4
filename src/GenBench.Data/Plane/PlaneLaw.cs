using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Plane;

/// <summary>A law of points in the plane that can be drawn from and whose density is known.</summary>
internal abstract class PlaneLaw
{
    private const int Rows = 1000; // points whose density is taken at once: bounds the memory

    /// <summary>A name for each class; empty where there are none.</summary>
    internal virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>A point and its class, 0 where there are none: a function of the random numbers alone.</summary>
    internal abstract (Point At, int Label) Draw(ref CounterRandom random);

    /// <summary>ln p(x) in nats, float64 [B], of points float64 [B, 2].</summary>
    internal abstract Tensor LogDensity(Tensor points);

    /// <summary>What a model may know of the points.</summary>
    internal DataSpec Spec => new(new ImageShape(2, 1, 1), ClassNames.Count) { Values = DataValues.Reals };

    /// <summary>The dataset of this law.</summary>
    internal Dataset Open(string name, PlaneOptions options) => IndexedDataset.Open(
        name, Spec, ClassNames, (options.Train, options.Validation, options.Test), (first, count) => Points((ulong)options.Seed, first, count)) with
    {
        LogProbability = LogProbability,
    };

    /// <summary>Points first … first + count − 1 of a seed, each a function of (seed, index) alone; the caller owns them.</summary>
    internal ImageSplit Points(ulong seed, long first, int count)
    {
        var coordinates = new float[2 * count];
        var labels = new long[count];
        Parallel.For(0, count, i =>
        {
            var random = new CounterRandom(Seeds.Of(seed, (ulong)(first + i)));
            var (at, label) = Draw(ref random);
            (coordinates[2 * i], coordinates[2 * i + 1], labels[i]) = ((float)at.X, (float)at.Y, label);
        });
        using var scope = NewDisposeScope();
        var images = tensor(coordinates).reshape(count, 2, 1, 1);
        var classes = ClassNames.Count == 0 ? null : tensor(labels, ScalarType.Int64);
        return new ImageSplit(images.DetachFromDisposeScope(), classes?.DetachFromDisposeScope());
    }

    /// <summary>ln p of points as the splits hold them, [B, 2, 1, 1] to float64 [B]; the caller owns it.</summary>
    private Tensor LogProbability(Tensor images)
    {
        using var scope = NewDisposeScope();
        var points = images.flatten(1).to(ScalarType.Float64);
        return cat([.. points.split(Rows, dim: 0).Select(LogDensity)]).MoveToOuterDisposeScope();
    }
}
