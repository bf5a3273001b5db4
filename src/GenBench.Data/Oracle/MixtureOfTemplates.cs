using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Data.Oracle;

/// <summary>Options of <see cref="MixtureOfTemplates"/>.</summary>
public sealed record MixtureOfTemplatesOptions : OracleOptions
{
    /// <summary>Number of templates K, each of which is a class.</summary>
    [Range(2, 64)]
    public int Templates { get; init; } = 10;

    /// <summary>Weight of a template relative to that of the one before; 1 makes them equal.</summary>
    [Range(0.5, 1.0)]
    public double Ratio { get; init; } = 0.8;

    /// <summary>Standard deviation of the noise of a pixel before rounding, in gray levels.</summary>
    [Range(0.5, 64.0)]
    public double Noise { get; init; } = 12;
}

/// <summary>
/// A few fixed pictures of shapes, drawn with known weights and blurred by independent noise of each pixel: p(x) = Σ_k w_k Π_i p(x_i | t_ki) is exact, and
/// an image's class is plain to see unless the noise is strong.
/// </summary>
public sealed class MixtureOfTemplates : IDatasetDefinition<MixtureOfTemplates, MixtureOfTemplatesOptions>
{
    private MixtureOfTemplates()
    {
    }

    /// <inheritdoc/>
    public static string Name => "mixture-of-templates";

    /// <inheritdoc/>
    public static string Description => "procedural: fixed pictures under pixel noise, gray; the probability of every image is known; no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(MixtureOfTemplatesOptions options)
    {
        OptionRules.Check(options);
        return new DataSpec(new ImageShape(1, options.Resolution, options.Resolution), options.Templates);
    }

    /// <summary>Makes the images; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(MixtureOfTemplatesOptions options, string dataFolder)
    {
        var shape = Describe(options).Shape;
        var templates = Enumerable.Range(0, options.Templates).Select(k => Template((ulong)options.Seed, k, shape)).ToArray();
        var names = Enumerable.Range(0, options.Templates).Select(k => $"{k} {ShapeOf(k).Name}").ToArray();
        return new TemplateMixtureLaw(shape, templates, Weights(options), options.Noise, names).Open(Name, options);
    }

    /// <summary>w_k, which sum to 1.</summary>
    internal static double[] Weights(MixtureOfTemplatesOptions options)
    {
        var powers = Enumerable.Range(0, options.Templates).Select(k => Math.Pow(options.Ratio, k)).ToArray();
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }

    /// <summary>A scene of <see cref="Shapes"/> with a shape of class k mod 10.</summary>
    private static byte[] Template(ulong seed, int k, ImageShape shape)
    {
        var pixels = new byte[shape.Dimensions];
        var scene = ShapeScene.Draw(Seeds.Of(seed, Seeds.OfName("templates")), k, rgb: false);
        (scene with { Label = k % ShapeClass.All.Count }).Paint(pixels, shape.Height);
        return pixels;
    }

    private static ShapeClass ShapeOf(int k) => ShapeClass.All[k % ShapeClass.All.Count];
}
