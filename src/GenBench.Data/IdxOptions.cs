using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>Options of <see cref="Mnist"/> and its kin.</summary>
public sealed record IdxOptions : IAugmentationOptions
{
    /// <summary>Height and width in pixels: 28 as published; 32 pads two zeros on each side; any other is resized
    /// (bilinear, anti-aliased, rounded to 8 bits).</summary>
    [Range(8, 256)]
    public int Resolution { get; init; } = 28;

    /// <summary>Images held out for validation: the last ones of the published training split.</summary>
    [Range(0, 10_000_000)]
    public int Validation { get; init; } = 5_000;

    /// <summary>Train on the first so many of the rest only; null for all of it.</summary>
    [Range(1, 10_000_000)]
    public int? Train { get; init; }

    /// <summary>The first so many test images only; null for all.</summary>
    [Range(1, 10_000_000)]
    public int? Test { get; init; }

    /// <inheritdoc/>
    public bool HorizontalFlip { get; init; }
}
