using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data.Plane;

/// <summary>Options of <see cref="Moons"/>.</summary>
public sealed record MoonsOptions : PlaneOptions
{
    /// <summary>Standard deviation of the noise in either direction.</summary>
    [Range(0.05, 2.0)]
    public double Noise { get; init; } = 0.2;
}

/// <summary>
/// Two half-circles of radius 2 that reach into each other, uniform along their length and blurred by round normal noise; each
/// is a class. The usual ones, (cos t, sin t) and (1 − cos t, ½ − sin t), moved to the origin and doubled.
/// </summary>
public sealed class Moons : IDatasetDefinition<Moons, MoonsOptions>
{
    private const double Scale = 2, CentreX = 0.5, CentreY = 0.25;

    private Moons()
    {
    }

    /// <inheritdoc/>
    public static string Name => "moons";

    /// <inheritdoc/>
    public static string Description => "points in the plane: two half-circles that reach into each other; no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(MoonsOptions options) => Law(options).Spec;

    /// <summary>Makes the points; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(MoonsOptions options, string dataFolder) => Law(options).Open(Name, options);

    private static BlurredCurves Law(MoonsOptions options)
    {
        OptionRules.Check(options);
        var upper = new Curve(0, Math.PI, t => Placed(Math.Cos(t), Math.Sin(t)));
        var lower = new Curve(0, Math.PI, t => Placed(1 - Math.Cos(t), 0.5 - Math.Sin(t)));
        return new BlurredCurves([upper, lower], ["upper", "lower"], options.Noise);
    }

    private static Point Placed(double x, double y) => new(Scale * (x - CentreX), Scale * (y - CentreY));
}
