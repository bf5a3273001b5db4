using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Models.Diffusion;

/// <summary>Options of <see cref="DdpmSampler"/>.</summary>
public sealed record DdpmSamplerOptions
{
    /// <summary>Variance of the reverse steps: <c>small</c> (β̃), <c>large</c> (β), or the model's own, <c>learned</c>.</summary>
    [AllowedValues("small", "large", "learned")]
    public string Variance { get; init; } = "small";

    /// <summary>Scale w of classifier-free guidance, ε̂(x) + w (ε̂(x|y) − ε̂(x)): 1 for none; any other than 0 and 1 takes two
    /// evaluations a step, and any other than 1 a class-conditional model.</summary>
    [Range(0.0, 100.0)]
    public double Guidance { get; init; } = 1;
}

/// <summary>Ancestral sampling through all T timesteps (Ho et al. 2020, algorithm 2); x̂₀ clipped where its range is known.</summary>
public sealed class DdpmSampler : DiffusionSampler, ISamplerDefinition<DdpmSampler, DdpmSamplerOptions>
{
    private readonly string _variance;

    private DdpmSampler(DdpmSamplerOptions options) : base(options.Guidance) => _variance = options.Variance;

    /// <inheritdoc/>
    public static string Kind => "ddpm";

    /// <inheritdoc/>
    public static string Description => "ancestral sampling through all timesteps (Ho et al. 2020)";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public static DdpmSampler Create(DdpmSamplerOptions options) => new(options);

    /// <inheritdoc/>
    /// <remarks>The mean c₀ x̂₀ + c_t x_t of eq. 7, with x_t = √ᾱ x̂₀ + √(1 − ᾱ) ε̂ put in. No noise in the last step.</remarks>
    public override IReadOnlyList<DiffusionStep> Plan(NoiseSchedule schedule)
    {
        var learned = _variance == "learned";
        var variance = schedule.ReverseVariance(learned ? "small" : _variance);
        return [.. Enumerable.Range(0, schedule.Timesteps).Reverse().Select(t => new DiffusionStep(t,
            schedule.PosteriorMeanX0[t] + schedule.PosteriorMeanXt[t] * schedule.SqrtAlphasCumprod[t],
            schedule.PosteriorMeanXt[t] * schedule.SqrtOneMinusAlphasCumprod[t],
            t == 0 ? 0 : Math.Sqrt(variance[t])) { LearnedSigma = learned && t > 0 })];
    }
}
