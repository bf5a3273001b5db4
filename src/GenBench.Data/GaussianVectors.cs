using System.ComponentModel.DataAnnotations;
using System.Numerics;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>Options of <see cref="GaussianVectors"/>.</summary>
public sealed record GaussianVectorsOptions
{
    /// <summary>Height and width: an image has this many values squared.</summary>
    [Range(1, 32)]
    public int Side { get; init; } = 8;

    /// <summary>Training images.</summary>
    [Range(1, 1_000_000)]
    public int Train { get; init; } = 5_000;

    /// <summary>Validation images.</summary>
    [Range(0, 1_000_000)]
    public int Validation { get; init; } = 1_000;

    /// <summary>Test images.</summary>
    [Range(1, 1_000_000)]
    public int Test { get; init; } = 5_000;

    /// <summary>Seed of the images.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}

/// <summary>
/// Vectors of independent values that are Gaussian as far as 8 bits go, shown as gray images. They are their own features, so what a
/// distance between two laws of them is can be worked out, and stands beside what a metric measures.
/// <para>A value is 128 and the number of ones among 1024 random bits, less 512: a binomial law, symmetric about its mean of 128, of
/// variance 256, with an excess kurtosis of −1/512; the same bytes on every machine. An image is a function of (seed, index) alone.</para>
/// </summary>
public sealed class GaussianVectors : IDatasetDefinition<GaussianVectors, GaussianVectorsOptions>
{
    /// <summary>The law of every value; beyond 0 and 255 lie eight standard deviations.</summary>
    public static readonly IndependentValues Values = new(Mean: 128, Variance: Words * 64 / 4.0);

    private const int Words = 16; // of 64 random bits in a value

    private GaussianVectors()
    {
    }

    /// <inheritdoc/>
    public static string Name => "gaussian-vectors";

    /// <inheritdoc/>
    public static string Description => "procedural: vectors of independent Gaussian values that are their own features, no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(GaussianVectorsOptions options)
    {
        OptionRules.Check(options);
        return new DataSpec(new ImageShape(1, options.Side, options.Side), Classes: 0);
    }

    /// <summary>Makes the images; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(GaussianVectorsOptions options, string dataFolder)
    {
        var spec = Describe(options);
        return IndexedDataset.Open(
            Name, spec, classNames: [], (options.Train, options.Validation, options.Test), (first, count) => Render(count, i => first + i)) with
        {
            Law = new DataLaw(numbers => Render(numbers.Count, i => Shapes.FirstFresh + numbers[i])) { Values = Values },
        };

        ImageSplit Render(int count, Func<int, long> index) => GaussianVectors.Render((ulong)options.Seed, count, index, spec.Shape);
    }

    private static ImageSplit Render(ulong seed, int count, Func<int, long> index, ImageShape shape)
    {
        var pixels = new byte[checked(count * shape.Dimensions)];
        Parallel.For(0, count, i =>
        {
            var random = new CounterRandom(Seeds.Of(seed, (ulong)index(i)));
            for (var place = i * shape.Dimensions; place < (i + 1) * shape.Dimensions; place++)
                pixels[place] = Value(ref random);
        });
        return ImageSplits.FromBytes(pixels, count, shape);
    }

    private static byte Value(ref CounterRandom random)
    {
        var ones = 0;
        for (var word = 0; word < Words; word++)
            ones += BitOperations.PopCount(random.Bits());
        return (byte)Math.Clamp((int)Values.Mean + ones - Words * 64 / 2, 0, 255);
    }
}
