using System.ComponentModel.DataAnnotations;
using System.Numerics;
using GenBench.Core;
using GenBench.Models.Flows;
using GenBench.Models.Networks;

namespace GenBench.Models;

/// <summary>Options of <see cref="Glow"/>.</summary>
public sealed record GlowOptions
{
    /// <summary>Levels L; each halves height and width, and each but the last sets half of the values aside. Not for points, which have
    /// one.</summary>
    [Range(1, 8)]
    public int Levels { get; init; } = 2;

    /// <summary>Steps of flow K at each level.</summary>
    [Range(1, 256)]
    public int Steps { get; init; } = 16;

    /// <summary>Channels of the couplings' networks, on points their width.</summary>
    [Range(1, 4096)]
    public int Channels { get; init; } = 64;

    /// <summary><c>affine</c> or <c>additive</c> couplings.</summary>
    [AllowedValues("affine", "additive")]
    public string Coupling { get; init; } = "affine";

    /// <summary>α of a logit transform before the first level; 0 for none, as in the paper. Not for reals, which have no ends.</summary>
    [Range(0.0, 0.49)]
    public double Logit { get; init; }

    /// <summary>Adam's step size.</summary>
    [Range(1e-7, 1.0)]
    public double LearningRate { get; init; } = 1e-3;
}

/// <summary>
/// Glow (Kingma &amp; Dhariwal 2018): steps of activation normalisation, invertible 1×1 convolution and coupling at several levels,
/// each of which sets half of its values aside under a prior learned from the other half. In the couplings' networks the
/// per-channel scale and shift that the paper's code puts after each hidden convolution are the gain and bias of a
/// weight-normalised one, set on the first batch in the same way, at no cost per position. Points are a single level with
/// nothing to squeeze, the networks perceptrons.
/// </summary>
public sealed class Glow : FlowModel, IModelDefinition<Glow, GlowOptions>
{
    private Glow(Flow flow, DataSpec data, double learningRate) : base(flow, data, learningRate)
    {
    }

    /// <inheritdoc/>
    public static string Kind => "glow";

    /// <inheritdoc/>
    public static string Description => "normalizing flow with invertible 1x1 convolutions (Kingma & Dhariwal 2018)";

    /// <inheritdoc/>
    public static int Version => 2;

    /// <inheritdoc/>
    public static Glow Create(GlowOptions options, DataSpec data)
    {
        UnusedOptions.Refuse(data, options, onReals: [nameof(GlowOptions.Logit)], onPoints: [nameof(GlowOptions.Levels)]);
        if (options.Coupling is not ("affine" or "additive"))
            throw new InvalidOptionException("coupling", $"must be \"affine\" or \"additive\", not \"{options.Coupling}\"");
        var shape = data.Shape;
        if (data.IsPoints)
            return new Glow(LastLevel(shape, Steps(options, Halves.Checked(shape), kernel: 1)), data, options.LearningRate);
        var most = BitOperations.TrailingZeroCount(shape.Height | shape.Width);
        if (most == 0)
            throw new InvalidOptionException("resolution", $"must be even for Glow, not {shape.Height}x{shape.Width}");
        if (options.Levels < 1 || options.Levels > most)
            throw new InvalidOptionException("levels", $"must be between 1 and {most} for images of {shape.Height}x{shape.Width}, not {options.Levels}");
        return new Glow(LogitTransform.Before(Level(options, shape, level: 1), options.Logit, data), data, options.LearningRate);
    }

    /// <summary>The levels from this one on (figure 2b), [B, C, H, W] → [B, C·H·W].</summary>
    private static Flow Level(GlowOptions options, ImageShape image, int level)
    {
        var shape = Squeeze.Of(image);
        IEnumerable<Flow> steps = [new Squeeze(), .. Steps(options, shape, kernel: 3)];
        if (level == options.Levels)
            return LastLevel(shape, steps);
        var half = shape.Channels / 2;
        var prior = new ConditionalPrior(new LinearConditioner(half, 2 * half, SizeOf(shape)));
        return new FactorOut(new FlowSequence([.. steps, prior]), Level(options, shape with { Channels = half }, level + 1));
    }

    /// <summary>The last level ends in a mean and a scale for each channel: the learned prior at the top.</summary>
    private static FlowSequence LastLevel(ImageShape shape, IEnumerable<Flow> steps) =>
        new([.. steps, new ActNorm(shape.Channels, shape.Height, shape.Width), new Flatten(shape)]);

    private static IEnumerable<Flow> Steps(GlowOptions options, ImageShape shape, int kernel) =>
        Enumerable.Range(0, options.Steps).SelectMany(_ => Step(options, shape, SizeOf(shape), kernel));

    private static FeatureSize SizeOf(ImageShape shape) => new(shape.Height, shape.Width);

    /// <summary>A step of flow (figure 2a).</summary>
    private static IEnumerable<Flow> Step(GlowOptions options, ImageShape shape, FeatureSize size, int kernel)
    {
        var half = shape.Channels / 2;
        var affine = options.Coupling == "affine";
        var network = new ConvolutionalConditioner(half, options.Channels, affine ? 2 * half : half, size, kernel);
        yield return new ActNorm(shape.Channels, shape.Height, shape.Width);
        yield return new InvertibleConvolution(shape.Channels, size);
        yield return new Coupling(new Halves(), network, affine ? new SigmoidLogScale() : null);
    }
}
