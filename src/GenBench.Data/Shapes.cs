using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>Options of <see cref="Shapes"/>.</summary>
public sealed record ShapesOptions : IAugmentationOptions
{
    /// <summary>Height and width in pixels.</summary>
    [Range(8, 512)]
    public int Resolution { get; init; } = 16;

    /// <summary><c>gray</c> or <c>rgb</c>.</summary>
    [AllowedValues("gray", "rgb")]
    public string Color { get; init; } = "gray";

    /// <summary>Training images.</summary>
    [Range(1, 10_000_000)]
    public int Train { get; init; } = 20_000;

    /// <summary>Validation images.</summary>
    [Range(0, 10_000_000)]
    public int Validation { get; init; } = 2_000;

    /// <summary>Test images.</summary>
    [Range(1, 10_000_000)]
    public int Test { get; init; } = 10_000;

    /// <summary>Seed of the images.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <inheritdoc/>
    public bool HorizontalFlip { get; init; }
}

/// <summary>
/// Anti-aliased shapes of ten classes, one to an image, with random position, size, rotation and brightness or colour.
/// An image is a function of (seed, index) alone: splits are disjoint ranges of the index, and there are always fresh
/// images of the same law. The scene does not depend on the resolution.
/// </summary>
public sealed class Shapes : IDatasetDefinition<Shapes, ShapesOptions>
{
    /// <summary>Index of the first validation image; training images begin at 0.</summary>
    public const long FirstValidation = 1L << 40;

    /// <summary>Index of the first test image.</summary>
    public const long FirstTest = 2L << 40;

    /// <summary>From this index on no split has an image: for floors and other fresh samples.</summary>
    public const long FirstFresh = 3L << 40;

    private Shapes()
    {
    }

    /// <inheritdoc/>
    public static string Name => "shapes";

    /// <inheritdoc/>
    public static string Description => "procedural: ten classes of shapes, any resolution, gray or rgb, no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(ShapesOptions options)
    {
        OptionRules.Check(options);
        var shape = Shape(options.Resolution, options.Color == "rgb");
        foreach (var (option, count) in new[] { ("train", options.Train), ("validation", options.Validation), ("test", options.Test) })
            if ((long)count * shape.Dimensions > Array.MaxLength)
                throw new InvalidOptionException(option, $"must be at most {Array.MaxLength / shape.Dimensions} images of {shape} (2 GiB), not {count}");
        return new DataSpec(shape, ShapeClass.All.Count);
    }

    /// <summary>Makes the images; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(ShapesOptions options, string dataFolder)
    {
        var (seed, rgb) = ((ulong)options.Seed, options.Color == "rgb");
        return IndexedDataset.Open(
            Name, Describe(options), [.. ShapeClass.All.Select(shape => shape.Name)], (options.Train, options.Validation, options.Test),
            (first, count) => Render(seed, first, count, options.Resolution, rgb)) with
        {
            Law = new DataLaw(numbers => Render(seed, numbers.Count, i => FirstFresh + numbers[i], options.Resolution, rgb)),
        };
    }

    /// <summary>Images first … first + count − 1 of a seed; the caller owns them.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="first">Index of the first image, not negative.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="resolution">Height and width in pixels, at least 8.</param>
    /// <param name="rgb">Three channels in place of one.</param>
    public static ImageSplit Render(ulong seed, long first, int count, int resolution, bool rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution, 8);
        return Render(seed, count, i => first + i, resolution, rgb);
    }

    private static ImageSplit Render(ulong seed, int count, Func<int, long> index, int resolution, bool rgb)
    {
        var shape = Shape(resolution, rgb);
        var pixels = new byte[checked(count * shape.Dimensions)];
        var labels = new byte[count];
        Parallel.For(0, count, i =>
        {
            var scene = ShapeScene.Draw(seed, index(i), rgb);
            scene.Paint(pixels.AsSpan(i * shape.Dimensions, shape.Dimensions), resolution);
            labels[i] = (byte)scene.Label;
        });
        return ImageSplits.FromBytes(pixels, labels, shape);
    }

    private static ImageShape Shape(int resolution, bool rgb) => new(rgb ? 3 : 1, resolution, resolution);
}
