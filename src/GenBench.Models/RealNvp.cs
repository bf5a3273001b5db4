using System.ComponentModel.DataAnnotations;
using System.Numerics;
using GenBench.Core;
using GenBench.Models.Flows;
using GenBench.Models.Networks;

namespace GenBench.Models;

/// <summary>Options of <see cref="RealNvp"/>.</summary>
public sealed record RealNvpOptions
{
    /// <summary>Scales: each but the last halves height and width and sets half of the values aside. Not for points.</summary>
    [Range(1, 8)]
    public int Scales { get; init; } = 3;

    /// <summary>Channels of the couplings' networks at full resolution; doubled with every halving. On points their width.</summary>
    [Range(1, 1024)]
    public int Channels { get; init; } = 16;

    /// <summary>Residual blocks of a coupling's network.</summary>
    [Range(1, 32)]
    public int Blocks { get; init; } = 1;

    /// <summary>α of the logit transform that the pixels begin with; 0 for none. Not for reals, which have no ends.</summary>
    [Range(0.0, 0.49)]
    public double Logit { get; init; } = 0.05;

    /// <summary>Adam's step size.</summary>
    [Range(1e-7, 1.0)]
    public double LearningRate { get; init; } = 1e-3;
}

/// <summary>
/// RealNVP (Dinh, Sohl-Dickstein &amp; Bengio 2017): affine couplings with checkerboard and channel-wise masks at several scales.
/// Two departures. Where the paper has a batch normalisation after each coupling, this has an <see cref="ActNorm"/>, and the
/// networks have weight normalisation alone: an image's density then depends on no other image, it is the same in training
/// and evaluation, and averaged weights need no running statistics. And no weight decay. Points have neither checkerboards nor
/// scales: eight couplings, whose networks are perceptrons, change either half of the coordinates in turn.
/// </summary>
public sealed class RealNvp : FlowModel, IModelDefinition<RealNvp, RealNvpOptions>
{
    private const int Couplings = 3, FinalCouplings = 4; // of a kind at each scale, and at the last (§3.6)
    private const int PointCouplings = 8;

    private RealNvp(Flow flow, DataSpec data, double learningRate) : base(flow, data, learningRate)
    {
    }

    /// <inheritdoc/>
    public static string Kind => "realnvp";

    /// <inheritdoc/>
    public static string Description => "normalizing flow of masked affine couplings at several scales (Dinh et al. 2017)";

    /// <inheritdoc/>
    public static int Version => 2;

    /// <inheritdoc/>
    public static RealNvp Create(RealNvpOptions options, DataSpec data)
    {
        UnusedOptions.Refuse(data, options, onReals: [nameof(RealNvpOptions.Logit)], onPoints: [nameof(RealNvpOptions.Scales)]);
        var shape = data.Shape;
        if (data.IsPoints)
            return new RealNvp(Points(options, Halves.Checked(shape)), data, options.LearningRate);
        var most = 1 + BitOperations.TrailingZeroCount(shape.Height | shape.Width);
        if (options.Scales < 1 || options.Scales > most)
            throw new InvalidOptionException("scales", $"must be between 1 and {most} for images of {shape.Height}x{shape.Width}, not {options.Scales}");
        return new RealNvp(LogitTransform.Before(Scale(options, shape, scale: 0), options.Logit, data), data, options.LearningRate);
    }

    private static FlowSequence Points(RealNvpOptions options, ImageShape shape) =>
        new([.. Channelwise(options, shape, options.Channels, PointCouplings, kernel: 1), new Flatten(shape)]);

    /// <summary>The scales from this one on, [B, C, H, W] → [B, C·H·W].</summary>
    private static Flow Scale(RealNvpOptions options, ImageShape shape, int scale)
    {
        var channels = options.Channels << scale;
        if (scale == options.Scales - 1)
            return new FlowSequence([.. Checkerboards(options, shape, channels, FinalCouplings), new Flatten(shape)]);
        var squeezed = Squeeze.Of(shape);
        var first = new FlowSequence(
        [
            .. Checkerboards(options, shape, channels, Couplings),
            new Squeeze(),
            .. Channelwise(options, squeezed, 2 * channels, Couplings),
        ]);
        return new FactorOut(first, Scale(options, squeezed with { Channels = squeezed.Channels / 2 }, scale + 1));
    }

    private static IEnumerable<Flow> Checkerboards(RealNvpOptions options, ImageShape shape, int channels, int count) =>
        Alternating(shape, count, i => new Checkerboard(SizeOf(shape), parity: i % 2), options, shape.Channels, channels);

    private static IEnumerable<Flow> Channelwise(RealNvpOptions options, ImageShape shape, int channels, int count, int kernel = 3) =>
        Alternating(shape, count, i => new Halves(firstChanges: i % 2 == 1), options, shape.Channels / 2, channels, kernel);

    /// <summary>Couplings whose parts change roles from one to the next, each normalised (§3.5 and §3.7).</summary>
    private static IEnumerable<Flow> Alternating(
        ImageShape shape, int count, Func<int, Partition> partition, RealNvpOptions options, int values, int channels, int kernel = 3)
    {
        for (var i = 0; i < count; i++)
        {
            var network = new ResidualConditioner(values, channels, options.Blocks, 2 * values, SizeOf(shape), kernel);
            yield return new Coupling(partition(i), network, new TanhLogScale());
            yield return new ActNorm(shape.Channels, shape.Height, shape.Width);
        }
    }

    private static FeatureSize SizeOf(ImageShape shape) => new(shape.Height, shape.Width);
}
