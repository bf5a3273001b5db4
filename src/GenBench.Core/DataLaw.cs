namespace GenBench.Core;

/// <summary>The law that a procedural dataset was drawn from: there are always fresh images of it.</summary>
/// <param name="Draw">Makes an image for each of some numbers, all from 0 to <see cref="Numbers"/> − 1. An image is a function of its number,
/// images of different numbers are independent, and none of them is in a split. The caller owns the result.</param>
public sealed record DataLaw(Func<IReadOnlyList<long>, ImageSplit> Draw)
{
    /// <summary>How many numbers there are.</summary>
    public const long Numbers = 1L << 40;

    /// <summary>What the values of an image are where they are independent of each other: such an image is its own vector of
    /// features. Null elsewhere.</summary>
    public IndependentValues? Values { get; init; }
}

/// <summary>Values that are independent of each other and of one law, which is symmetric about its mean.</summary>
/// <param name="Mean">The mean, in gray levels.</param>
/// <param name="Variance">The variance, in squared gray levels.</param>
public sealed record IndependentValues(double Mean, double Variance);
