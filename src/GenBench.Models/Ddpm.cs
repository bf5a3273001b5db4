using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Diffusion;
using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="Ddpm"/>.</summary>
public sealed record DdpmOptions : DiffusionOptions
{
    /// <summary>Side of the squares of pixels that become channels before the first level: 2 costs a quarter of 1 at equal channels. Not for
    /// points.</summary>
    [AllowedValues(1, 2)]
    public int Patch { get; init; } = 2;

    /// <summary>Reverse variance of the likelihood bound: <c>small</c> (β̃), <c>large</c> (β), or <c>learned</c>, between the two,
    /// by the hybrid loss (Nichol &amp; Dhariwal 2021). The sampler has an option of its own.</summary>
    [AllowedValues("small", "large", "learned")]
    public string Variance { get; init; } = "small";
}

/// <summary>
/// Denoising diffusion probabilistic model (Ho, Jain &amp; Abbeel 2020): a U-Net that predicts the noise ε in
/// x_t = √ᾱ x₀ + √(1 − ᾱ) ε, or what says the same, trained by the simple loss or a weighted one. On points it is a residual
/// perceptron.
/// </summary>
/// <remarks>Not sealed for its class-conditional variant alone.</remarks>
public class Ddpm : IModelDefinition<Ddpm, DdpmOptions>, IDenoisingModel, ILikelihoodModel
{
    private readonly DenoisingNetwork _network;
    private readonly DataValues _values;
    private readonly LabelDropout? _dropout;
    private readonly Prediction _prediction;
    private readonly DenoisingLoss _loss;
    private readonly VariationalBound _bound;

    private Ddpm(DdpmOptions options, DataSpec data, DenoisingNetwork network, LabelDropout? dropout)
    {
        _network = network;
        _values = data.Values;
        _dropout = dropout;
        LatentShape = data.Shape;
        Schedule = NoiseSchedule.Create(options.Schedule, options.Timesteps);
        _prediction = options.Predicted;
        LearnsVariance = options.Variance == "learned";
        _bound = new VariationalBound(this, LearnsVariance ? null : Schedule.ReverseVariance(options.Variance), data.Values);
        _loss = new DenoisingLoss(this, _prediction, options.Weighting, options.MinSnrGamma) { Bound = LearnsVariance ? _bound : null };
        Stages = [new Stage("diffusion", new Objective("denoising", _network, batch => _loss.Of(batch.Images, _dropout?.Of(batch)))
        {
            Optimizer = new OptimizerOptions { LearningRate = options.LearningRate },
        })];
    }

    /// <inheritdoc/>
    public static string Kind => "ddpm";

    /// <inheritdoc/>
    public static string Description => "denoising diffusion on pixels or points (Ho et al. 2020)";

    /// <inheritdoc/>
    public static int Version => 2;

    /// <inheritdoc/>
    public static Ddpm Create(DdpmOptions options, DataSpec data)
    {
        var classes = Conditioning.Classes(options.Conditional, data);
        var network = NetworkOf(options, data, classes);
        return classes > 0 ? new ClassConditional(options, data, network, classes) : new Ddpm(options, data, network, dropout: null);
    }

    private static DenoisingNetwork NetworkOf(DdpmOptions options, DataSpec data, int classes)
    {
        UnusedOptions.Refuse(data, options, onReals: [], onPoints:
            [nameof(DdpmOptions.Multipliers), nameof(DdpmOptions.Attention), nameof(DdpmOptions.Heads), nameof(DdpmOptions.Patch)]);
        var outputs = options.Variance == "learned" ? 2 * data.Shape.Channels : data.Shape.Channels;
        return data.IsPoints
            ? new PointDenoiser(options.UNet(data.Shape, classes) with { OutputChannels = outputs })
            : new UNet(options.UNet(data.Shape, classes) with { Patch = options.Patch, OutputChannels = outputs });
    }

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    /// <inheritdoc/>
    public long MacsPerEvaluation => _network.Macs();

    /// <inheritdoc/>
    public NoiseSchedule Schedule { get; }

    /// <inheritdoc/>
    public ImageShape LatentShape { get; }

    /// <inheritdoc/>
    public (double Low, double High)? ClipRange => _values == DataValues.Reals ? null : (-1.0, 1.0);

    /// <inheritdoc/>
    public bool LearnsVariance { get; }

    /// <inheritdoc/>
    public Denoised Denoise(Tensor xt, Tensor t, Tensor? labels)
    {
        var output = _network.call(xt, t, labels);
        if (!LearnsVariance)
            return new Denoised(_prediction, output);
        var halves = output.chunk(2, dim: 1);
        return new Denoised(_prediction, halves[0], Schedule.LogVarianceBetween(t, halves[1]));
    }

    /// <summary>The variational bound in bits per dimension, of reals in nats; <c>VLB(k of T)</c> where only k of the T − 1 inner terms were
    /// drawn, <c>… given class</c> where it is that of a class-conditional model, on p(x | class).</summary>
    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        using var scope = NewDisposeScope();
        var perImage = BoundTerms(batch, request).Total().MoveToOuterDisposeScope();
        var kind = request.Timesteps >= Schedule.Timesteps - 1 ? "VLB" : $"VLB({request.Timesteps} of {Schedule.Timesteps - 1})";
        var given = _dropout is not null && batch.Labels is not null ? " given class" : "";
        return [new LikelihoodEstimate(kind + given, _values == DataValues.Reals ? "nats" : "bits/dim", perImage)];
    }

    /// <summary>What <see cref="Likelihood"/> adds up.</summary>
    internal BoundTerms BoundTerms(Batch batch, LikelihoodRequest request) => _bound.Terms(batch, request.Noise, request.Timesteps);

    private sealed class ClassConditional(DdpmOptions options, DataSpec data, DenoisingNetwork network, int classes)
        : Ddpm(options, data, network, new LabelDropout(classes, options.LabelDropout)), IConditionalModel
    {
        public int Classes => _dropout!.Classes;
    }
}
