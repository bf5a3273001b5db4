using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Oracle;

/// <summary>A law of 8-bit images that can be drawn from and under which the probability of every image is known exactly.</summary>
internal abstract class OracleLaw
{
    private const int Rows = 500; // images whose probability is taken at once: bounds the memory

    /// <summary>Shape of an image.</summary>
    internal abstract ImageShape Shape { get; }

    /// <summary>A name for each class; empty where there are none.</summary>
    internal virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>Draws an image into <paramref name="pixels"/>, rows from the top; a function of the random numbers alone.</summary>
    /// <returns>Its class, 0 where there are none.</returns>
    internal abstract int Draw(ref CounterRandom random, Span<byte> pixels);

    /// <summary>ln p(x) in nats, float64 [B], of pixels 0…255, float64 [B, D].</summary>
    private protected abstract Tensor OfPixels(Tensor pixels);

    /// <summary>ln p(x) in nats, float64 [B], of images as the splits hold them, uint8 [B, C, H, W]; the caller owns it.</summary>
    internal Tensor LogProbability(Tensor images)
    {
        using var scope = NewDisposeScope();
        return cat([.. images.flatten(1).to(ScalarType.Float64).split(Rows, dim: 0).Select(OfPixels)]).MoveToOuterDisposeScope();
    }

    /// <summary>The dataset of this law.</summary>
    internal Dataset Open(string name, OracleOptions options) => IndexedDataset.Open(
        name, new DataSpec(Shape, ClassNames.Count), ClassNames, (options.Train, options.Validation, options.Test),
        (first, count) => Images((ulong)options.Seed, first, count)) with
    {
        LogProbability = LogProbability,
    };

    /// <summary>Images first … first + count − 1 of a seed, each a function of (seed, index) alone; the caller owns them.</summary>
    internal ImageSplit Images(ulong seed, long first, int count)
    {
        var pixels = new byte[checked(count * Shape.Dimensions)];
        var labels = new byte[count];
        Parallel.For(0, count, i =>
        {
            var random = new CounterRandom(Seeds.Of(seed, (ulong)(first + i)));
            labels[i] = (byte)Draw(ref random, pixels.AsSpan(i * Shape.Dimensions, Shape.Dimensions));
        });
        return ClassNames.Count > 0 ? ImageSplits.FromBytes(pixels, labels, Shape) : ImageSplits.FromBytes(pixels, count, Shape);
    }
}
