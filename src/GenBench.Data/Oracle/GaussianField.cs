using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data.Oracle;

/// <summary>Options of <see cref="GaussianField"/>.</summary>
public sealed record GaussianFieldOptions : OracleOptions
{
    /// <summary>Correlation of two pixels at distance r: <c>squared-exponential</c>, exp(−r²/2ℓ²), smooth; or <c>exponential</c>, exp(−r/ℓ), rough.</summary>
    [AllowedValues("squared-exponential", "exponential")]
    public string Kernel { get; init; } = "squared-exponential";

    /// <summary>ℓ, in pixels.</summary>
    [Range(0.5, 32.0)]
    public double LengthScale { get; init; } = 3;

    /// <summary>Standard deviation of a pixel, in gray levels, about the mean of 127.5.</summary>
    [Range(4.0, 64.0)]
    public double Deviation { get; init; } = 32;

    /// <summary>Share of a pixel's variance that is independent of all others; at least 1/deviation².</summary>
    [Range(0.0001, 1.0)]
    public double Nugget { get; init; } = 0.02;
}

/// <summary>A stationary Gaussian field in 8 bits, whose images have exact probabilities: what the best possible likelihood is, is known.</summary>
public sealed class GaussianField : IDatasetDefinition<GaussianField, GaussianFieldOptions>
{
    private GaussianField()
    {
    }

    /// <inheritdoc/>
    public static string Name => "gaussian-field";

    /// <inheritdoc/>
    public static string Description => "procedural: a Gaussian field in 8 bits, gray, no classes; the probability of every image is known; no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(GaussianFieldOptions options)
    {
        OptionRules.Check(options);
        var least = 1 / (options.Deviation * options.Deviation);
        if (options.Nugget < least)
            throw new InvalidOptionException("nugget", FormattableString.Invariant(
                $"must be at least 1/deviation² = {least:G4}, so that rounding is finer than what each pixel has of its own, not {options.Nugget}"));
        return new DataSpec(new ImageShape(1, options.Resolution, options.Resolution), Classes: 0);
    }

    /// <summary>Makes the images; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(GaussianFieldOptions options, string dataFolder) =>
        new GaussianFieldLaw(Describe(options).Shape, options).Open(Name, options);
}
