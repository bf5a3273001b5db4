using System.ComponentModel.DataAnnotations;

namespace GenBench.Data.Plane;

/// <summary>Options of every set of points in the plane.</summary>
public abstract record PlaneOptions
{
    /// <summary>Training points.</summary>
    [Range(1, 10_000_000)]
    public int Train { get; init; } = 20_000;

    /// <summary>Validation points.</summary>
    [Range(0, 10_000_000)]
    public int Validation { get; init; } = 2_000;

    /// <summary>Test points.</summary>
    [Range(1, 10_000_000)]
    public int Test { get; init; } = 10_000;

    /// <summary>Seed of the points.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}
