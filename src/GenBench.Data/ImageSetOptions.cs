using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>Options that all sets of images from files share.</summary>
public abstract record ImageSetOptions : IAugmentationOptions
{
    /// <summary>Height and width in pixels; images of another size are resized, 28 to 32 by two zeros on each side.</summary>
    [Range(8, 512)]
    public int Resolution { get; init; } = 32;

    /// <summary>How images are resized: <c>area</c> averages over each pixel's area, <c>lanczos</c> filters with three lobes.</summary>
    [AllowedValues("area", "lanczos")]
    public string Resize { get; init; } = "area";

    /// <summary><c>gray</c> or <c>rgb</c>; colours become gray by Rec. 601 luma.</summary>
    [AllowedValues("gray", "rgb")]
    public string Color { get; init; } = "rgb";

    /// <summary>Names of the classes to keep, in the order of their new labels; empty for all.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Images held out of the training split for validation: its last ones.</summary>
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

    /// <summary>What a row of results says of the images chosen.</summary>
    internal IEnumerable<string> Protocol => Classes.Count > 0 ? [$"classes {string.Join(", ", Classes)} alone"] : [];

    /// <summary>Shape of an image under these options.</summary>
    internal ImageShape Shape => new(Color == "rgb" ? 3 : 1, Resolution, Resolution);
}
