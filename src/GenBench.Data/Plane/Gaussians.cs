using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Plane;

/// <summary>Options of <see cref="Gaussians"/>.</summary>
public sealed record GaussiansOptions : PlaneOptions
{
    /// <summary>Number of modes K, each of which is a class.</summary>
    [Range(1, 256)]
    public int Modes { get; init; } = 8;

    /// <summary>Standard deviation of a mode in either direction.</summary>
    [Range(0.01, 2.0)]
    public double Noise { get; init; } = 0.2;
}

/// <summary>
/// A mixture of K round normal laws of equal weight whose means lie evenly on the circle of radius 3. Its density is exact.
/// </summary>
public sealed class Gaussians : IDatasetDefinition<Gaussians, GaussiansOptions>
{
    private Gaussians()
    {
    }

    /// <inheritdoc/>
    public static string Name => "gaussians";

    /// <inheritdoc/>
    public static string Description => "points in the plane: a ring of normal modes, whose density is known exactly; no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(GaussiansOptions options) => Checked(options).Spec;

    /// <summary>Makes the points; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(GaussiansOptions options, string dataFolder) => Checked(options).Open(Name, options);

    private static GaussianRing Checked(GaussiansOptions options)
    {
        OptionRules.Check(options);
        return new GaussianRing(options.Modes, options.Noise);
    }
}

/// <summary>The law of <see cref="Gaussians"/>.</summary>
/// <param name="modes">K.</param>
/// <param name="deviation">σ of a mode.</param>
internal sealed class GaussianRing(int modes, double deviation) : PlaneLaw
{
    private const double Radius = 3;

    internal override IReadOnlyList<string> ClassNames { get; } = [.. Enumerable.Range(0, modes).Select(mode => $"mode {mode}")];

    internal override (Point At, int Label) Draw(ref CounterRandom random)
    {
        var mode = random.Below(modes);
        var mean = Mean(mode);
        return (new Point(mean.X + deviation * random.Normal(), mean.Y + deviation * random.Normal()), mode);
    }

    internal override Tensor LogDensity(Tensor points) =>
        new RoundMixture([.. Enumerable.Range(0, modes).Select(mode => (Mean(mode), 1.0 / modes))], deviation).LogDensity(points);

    private Point Mean(int mode)
    {
        var angle = 2 * Math.PI * mode / modes;
        return new Point(Radius * Math.Cos(angle), Radius * Math.Sin(angle));
    }
}
