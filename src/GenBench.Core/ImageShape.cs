namespace GenBench.Core;

/// <summary>Shape of one image.</summary>
/// <param name="Channels">1 for gray, 3 for RGB.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values in one image, C·H·W: the D of bits per dimension.</summary>
    public int Dimensions => Channels * Height * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>What a model may know of its data before it sees any.</summary>
/// <param name="Shape">Shape of one image.</param>
/// <param name="Classes">Number of classes; 0 where there are no labels.</param>
public sealed record DataSpec(ImageShape Shape, int Classes);
