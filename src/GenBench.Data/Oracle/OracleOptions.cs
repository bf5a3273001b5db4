using System.ComponentModel.DataAnnotations;

namespace GenBench.Data.Oracle;

/// <summary>Options of every set of images whose law is known.</summary>
public abstract record OracleOptions
{
    /// <summary>Height and width in pixels.</summary>
    [Range(8, 32)]
    public int Resolution { get; init; } = 16;

    /// <summary>Training images.</summary>
    [Range(1, 1_000_000)]
    public int Train { get; init; } = 20_000;

    /// <summary>Validation images.</summary>
    [Range(0, 1_000_000)]
    public int Validation { get; init; } = 2_000;

    /// <summary>Test images.</summary>
    [Range(1, 1_000_000)]
    public int Test { get; init; } = 10_000;

    /// <summary>Seed of the images.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}
