using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Networks;

namespace GenBench.Models.Diffusion;

/// <summary>Options that all diffusion models share: the network, the forward process and the loss.</summary>
public abstract record DiffusionOptions
{
    /// <summary>Channels of the U-Net's finest level; even. On points the width of the hidden layers.</summary>
    [Range(2, 1024)]
    public int Channels { get; init; } = 64;

    /// <summary>Channels of each level as multiples of <see cref="Channels"/>, finest first; each level halves height and width. Not for points.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2];

    /// <summary>Residual blocks per level on the way down; one more on the way up. On points all there are.</summary>
    [Range(1, 16)]
    public int Blocks { get; init; } = 2;

    /// <summary>Sizes of feature maps that attend, e.g. [7]; null for the coarsest level, [] for none. Not for points.</summary>
    public IReadOnlyList<int>? Attention { get; init; }

    /// <summary>Attention heads. Not for points.</summary>
    [Range(1, 64)]
    public int Heads { get; init; } = 1;

    /// <summary>Probability of dropout in the residual blocks.</summary>
    [Range(0.0, 0.9)]
    public double Dropout { get; init; }

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

    /// <summary>Generate an asked class, and none, by one network, so that samplers can guide it (Ho &amp; Salimans 2022).</summary>
    public bool Conditional { get; init; }

    /// <summary>Where <see cref="Conditional"/>, the probability with which an image's label is dropped in training.</summary>
    [Range(0.0, 0.9, MinimumIsExclusive = true)]
    public double LabelDropout { get; init; } = 0.1;

    /// <summary>Adam's step size.</summary>
    [Range(1e-7, 1.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <exception cref="InvalidOptionException"><see cref="Prediction"/> is unknown.</exception>
    internal Prediction Predicted => Prediction switch
    {
        "epsilon" => Diffusion.Prediction.Epsilon,
        "x0" => Diffusion.Prediction.X0,
        "v" => Diffusion.Prediction.V,
        var other => throw new InvalidOptionException("prediction", $"must be epsilon, x0 or v, not '{other}'"),
    };

    /// <summary>The U-Net for what is diffused, conditioned on so many classes, 0 for none.</summary>
    internal UNetOptions UNet(ImageShape shape, int classes = 0) => new()
    {
        Shape = shape,
        Channels = Channels,
        Multipliers = Multipliers,
        Blocks = Blocks,
        Attention = Attention,
        Heads = Heads,
        Dropout = Dropout,
        Classes = classes,
    };
}
