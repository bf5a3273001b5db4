using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Diffusion;
using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="Ddpm"/>.</summary>
public sealed record DdpmOptions
{
    /// <summary>Channels of the U-Net's finest level; even.</summary>
    [Range(2, 1024)]
    public int Channels { get; init; } = 64;

    /// <summary>Channels of each level as multiples of <see cref="Channels"/>, finest first; each level halves height and width.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2];

    /// <summary>Residual blocks per level on the way down; one more on the way up.</summary>
    [Range(1, 16)]
    public int Blocks { get; init; } = 2;

    /// <summary>Sizes of feature maps that attend, e.g. [7]; null for the coarsest level, [] for none.</summary>
    public IReadOnlyList<int>? Attention { get; init; }

    /// <summary>Attention heads.</summary>
    [Range(1, 64)]
    public int Heads { get; init; } = 1;

    /// <summary>Probability of dropout in the residual blocks.</summary>
    [Range(0.0, 0.9)]
    public double Dropout { get; init; }

    /// <summary>Side of the squares of pixels that become channels before the first level: 2 costs a quarter of 1 at equal channels.</summary>
    [AllowedValues(1, 2)]
    public int Patch { get; init; } = 2;

    /// <summary>T.</summary>
    [Range(2, 100_000)]
    public int Timesteps { get; init; } = 1000;

    /// <summary><c>linear</c> (Ho et al. 2020) or <c>cosine</c> (Nichol &amp; Dhariwal 2021).</summary>
    [AllowedValues("linear", "cosine")]
    public string Schedule { get; init; } = "linear";

    /// <summary>What the network predicts: the noise <c>epsilon</c> (Ho et al. 2020), the image <c>x0</c>, or the velocity
    /// <c>v</c> = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans &amp; Ho 2022).</summary>
    [AllowedValues("epsilon", "x0", "v")]
    public string Prediction { get; init; } = "epsilon";

    /// <summary>Weight of a timestep in the loss: <c>simple</c> (1 on what is predicted), <c>snr</c> (the signal-to-noise
    /// ratio on x₀, which is 1 on ε) or <c>min-snr</c> (the same, no more than γ; Hang et al. 2023).</summary>
    [AllowedValues("simple", "snr", "min-snr")]
    public string Weighting { get; init; } = "simple";

    /// <summary>γ of <c>min-snr</c>.</summary>
    [Range(1e-3, 1e6)]
    public double MinSnrGamma { get; init; } = 5;

    /// <summary>Reverse variance of the likelihood bound: <c>small</c> (β̃) or <c>large</c> (β). The sampler has an option of its own.</summary>
    [AllowedValues("small", "large")]
    public string Variance { get; init; } = "small";

    /// <summary>Generate an asked class, and none, by one network, so that samplers can guide it (Ho &amp; Salimans 2022).</summary>
    public bool Conditional { get; init; }

    /// <summary>Where <see cref="Conditional"/>, the probability with which an image's label is dropped in training.</summary>
    [Range(0.0, 0.9, MinimumIsExclusive = true)]
    public double LabelDropout { get; init; } = 0.1;

    /// <summary>Adam's step size.</summary>
    [Range(1e-7, 1.0)]
    public double LearningRate { get; init; } = 1e-3;
}

/// <summary>
/// Denoising diffusion probabilistic model (Ho, Jain &amp; Abbeel 2020): a U-Net that predicts the noise ε in
/// x_t = √ᾱ x₀ + √(1 − ᾱ) ε, or what says the same, trained by the simple loss or a weighted one.
/// </summary>
/// <remarks>Not sealed for its class-conditional variant alone.</remarks>
public class Ddpm : IModelDefinition<Ddpm, DdpmOptions>, IDenoisingModel, ILikelihoodModel
{
    private readonly UNet _network;
    private readonly LabelDropout? _dropout;
    private readonly Prediction _prediction;
    private readonly DenoisingLoss _loss;
    private readonly VariationalBound _bound;

    private Ddpm(DdpmOptions options, ImageShape shape, UNet network, LabelDropout? dropout)
    {
        _network = network;
        _dropout = dropout;
        LatentShape = shape;
        Schedule = NoiseSchedule.Create(options.Schedule, options.Timesteps);
        _prediction = options.Prediction switch
        {
            "epsilon" => Prediction.Epsilon,
            "x0" => Prediction.X0,
            "v" => Prediction.V,
            var other => throw new InvalidOptionException("prediction", $"must be epsilon, x0 or v, not '{other}'"),
        };
        _loss = new DenoisingLoss(this, _prediction, options.Weighting, options.MinSnrGamma);
        _bound = new VariationalBound(this, Schedule.ReverseVariance(options.Variance));
        Stages = [new Stage("diffusion", new Objective("denoising", _network, batch => _loss.Of(batch.Images, _dropout?.Of(batch)))
        {
            Optimizer = new OptimizerOptions { LearningRate = options.LearningRate },
        })];
    }

    /// <inheritdoc/>
    public static string Kind => "ddpm";

    /// <inheritdoc/>
    public static string Description => "denoising diffusion on pixels (Ho et al. 2020)";

    /// <inheritdoc/>
    public static int Version => 2;

    /// <inheritdoc/>
    public static Ddpm Create(DdpmOptions options, DataSpec data)
    {
        var classes = Conditioning.Classes(options.Conditional, data);
        var network = new UNet(new UNetOptions
        {
            Shape = data.Shape,
            Channels = options.Channels,
            Multipliers = options.Multipliers,
            Blocks = options.Blocks,
            Attention = options.Attention,
            Heads = options.Heads,
            Dropout = options.Dropout,
            Patch = options.Patch,
            Classes = classes,
        });
        return classes > 0 ? new ClassConditional(options, data.Shape, network, classes) : new Ddpm(options, data.Shape, network, dropout: null);
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
    public (double Low, double High)? ClipRange => (-1, 1);

    /// <inheritdoc/>
    public Denoised Denoise(Tensor xt, Tensor t, Tensor? labels) => new(_prediction, _network.call(xt, t, labels));

    /// <summary>The variational bound in bits per dimension; <c>VLB(k of T)</c> where only k of the T − 1 inner terms were
    /// drawn, <c>… given class</c> where it is that of a class-conditional model, on p(x | class).</summary>
    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        using var scope = NewDisposeScope();
        var perImage = BoundTerms(batch, request).Total().MoveToOuterDisposeScope();
        var kind = request.Timesteps >= Schedule.Timesteps - 1 ? "VLB" : $"VLB({request.Timesteps} of {Schedule.Timesteps - 1})";
        var given = _dropout is not null && batch.Labels is not null ? " given class" : "";
        return [new LikelihoodEstimate(kind + given, "bits/dim", perImage)];
    }

    /// <summary>What <see cref="Likelihood"/> adds up.</summary>
    internal BoundTerms BoundTerms(Batch batch, LikelihoodRequest request) => _bound.Terms(batch, request.Noise, request.Timesteps);

    private sealed class ClassConditional(DdpmOptions options, ImageShape shape, UNet network, int classes)
        : Ddpm(options, shape, network, new LabelDropout(classes, options.LabelDropout)), IConditionalModel
    {
        public int Classes => _dropout!.Classes;
    }
}
