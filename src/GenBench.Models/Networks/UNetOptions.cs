using GenBench.Core;

namespace GenBench.Models.Networks;

/// <summary>The size of a <see cref="UNet"/>.</summary>
public sealed record UNetOptions
{
    /// <summary>Shape of its input.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Channels at the finest level; even.</summary>
    public int Channels { get; init; } = 64;

    /// <summary>Channels of each level, finest first, as multiples of <see cref="Channels"/>; each level has half the
    /// height and width of the one before.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2];

    /// <summary>Residual blocks per level on the way down; one more on the way up.</summary>
    public int Blocks { get; init; } = 2;

    /// <summary>Sizes of feature maps (the longer side) that attend; null for the coarsest level, empty for none.</summary>
    public IReadOnlyList<int>? Attention { get; init; }

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>Probability of dropout in the residual blocks.</summary>
    public double Dropout { get; init; }

    /// <summary>Side of the square of pixels that becomes channels before the first level: 1 for none, 2 for a quarter of the cost.</summary>
    public int Patch { get; init; } = 1;

    /// <summary>Channels of the output; null for those of <see cref="Shape"/>.</summary>
    public int? OutputChannels { get; init; }

    /// <summary>Number of classes that it is conditioned on; 0 for none.</summary>
    public int Classes { get; init; }

    internal int EmbeddingWidth => 4 * Channels;

    /// <summary>Sizes of the levels' feature maps, finest first.</summary>
    /// <exception cref="InvalidOptionException">The options do not fit each other or the shape.</exception>
    internal IReadOnlyList<FeatureSize> Levels()
    {
        var image = new FeatureSize(Shape.Height, Shape.Width);
        if (Channels < 2 || Channels % 2 != 0)
            throw new InvalidOptionException("channels", $"must be even and at least 2, not {Channels}");
        if (Multipliers.Count == 0 || Multipliers.Any(multiplier => multiplier < 1))
            throw new InvalidOptionException("multipliers", "must be one positive number per level, e.g. [1, 2]");
        if (Patch < 1 || !image.Divides(Patch))
            throw new InvalidOptionException("patch", $"{Patch} does not divide {image}; values that do: {Divisors(image)}");
        var stem = image.DividedBy(Patch);
        var most = Enumerable.Range(1, 30).TakeWhile(levels => stem.Divides(1 << (levels - 1))).Last();
        if (Multipliers.Count > most)
            throw new InvalidOptionException("multipliers",
                $"{Multipliers.Count} levels do not halve {stem} evenly (the image is {image}, patch is {Patch}); give 1 to {most} multipliers");
        IReadOnlyList<FeatureSize> sizes = [.. Multipliers.Select((_, level) => stem.DividedBy(1 << level))];
        CheckAttention(sizes);
        return sizes;
    }

    internal bool Attends(FeatureSize size, IReadOnlyList<FeatureSize> levels) =>
        Attention is null ? size == levels[^1] : Attention.Contains(size.Resolution);

    private void CheckAttention(IReadOnlyList<FeatureSize> sizes)
    {
        var resolutions = sizes.Select(size => size.Resolution).ToArray();
        foreach (var asked in Attention ?? [])
            if (!resolutions.Contains(asked))
                throw new InvalidOptionException("attention", $"no level is of size {asked}; the sizes are {string.Join(", ", resolutions)}");
        for (var level = 0; level < sizes.Count; level++)
            if (Attends(sizes[level], sizes) && (Heads < 1 || Channels * Multipliers[level] % Heads != 0))
                throw new InvalidOptionException("heads", $"{Heads} does not divide the {Channels * Multipliers[level]} channels at {sizes[level]}");
    }

    private static string Divisors(FeatureSize size) =>
        string.Join(", ", Enumerable.Range(1, 8).Where(size.Divides));
}
