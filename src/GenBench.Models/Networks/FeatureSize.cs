namespace GenBench.Models.Networks;

/// <summary>Height and width of a feature map.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct FeatureSize(int Height, int Width)
{
    /// <summary>Height · width.</summary>
    public long Positions => (long)Height * Width;

    /// <summary>The longer side: the "resolution" of attention options.</summary>
    public int Resolution => Math.Max(Height, Width);

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";

    internal bool Divides(int factor) => Height % factor == 0 && Width % factor == 0;

    internal FeatureSize Times(int factor) => new(Height * factor, Width * factor);

    internal FeatureSize DividedBy(int factor) => new(Height / factor, Width / factor);
}
