using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data.Plane;

/// <summary>Options of <see cref="SwissRoll"/>.</summary>
public sealed record SwissRollOptions : PlaneOptions
{
    /// <summary>Standard deviation of the noise in either direction.</summary>
    [Range(0.05, 2.0)]
    public double Noise { get; init; } = 0.2;
}

/// <summary>
/// A spiral of one and a half turns, t/4 · (cos t, sin t) with t uniform on [3π/2, 9π/2], blurred by round normal noise: the roll of Marsland
/// (2009) from the side, a quarter as large. Points are denser towards its inner end. No classes.
/// </summary>
public sealed class SwissRoll : IDatasetDefinition<SwissRoll, SwissRollOptions>
{
    private SwissRoll()
    {
    }

    /// <inheritdoc/>
    public static string Name => "swiss-roll";

    /// <inheritdoc/>
    public static string Description => "points in the plane: a spiral of one and a half turns; no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(SwissRollOptions options) => Law(options).Spec;

    /// <summary>Makes the points; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(SwissRollOptions options, string dataFolder) => Law(options).Open(Name, options);

    private static BlurredCurves Law(SwissRollOptions options)
    {
        OptionRules.Check(options);
        return new BlurredCurves([new Curve(1.5 * Math.PI, 4.5 * Math.PI, t => new Point(t / 4 * Math.Cos(t), t / 4 * Math.Sin(t)))], [], options.Noise);
    }
}
