using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Models.Diffusion;

/// <summary>Options of <see cref="DdimSampler"/>.</summary>
public sealed record DdimSamplerOptions
{
    /// <summary>Steps S, from 1 to the model's T; each is one network evaluation, or two where guided.</summary>
    [Range(1, 100_000)]
    public int Steps { get; init; } = 50;

    /// <summary>η: 0 draws no noise after the first, 1 with T steps is <c>ddpm</c> with the small variance.</summary>
    [Range(0.0, 1.0)]
    public double Eta { get; init; }

    /// <summary><c>uniform</c> and <c>quadratic</c> (denser towards the image) go from T−1 to 0; <c>paper</c> is the
    /// quadratic one behind the DDIM paper's CIFAR-10 table, which starts at 0.8 T.</summary>
    [AllowedValues("uniform", "quadratic", "paper")]
    public string Spacing { get; init; } = "uniform";

    /// <summary>Scale w of classifier-free guidance, ε̂(x) + w (ε̂(x|y) − ε̂(x)): 1 for none; any other than 0 and 1 takes two
    /// evaluations a step, and any other than 1 a class-conditional model.</summary>
    [Range(0.0, 100.0)]
    public double Guidance { get; init; } = 1;
}

/// <summary>Denoising diffusion implicit models (Song, Meng &amp; Ermon 2021, eq. 12 and 16); x̂₀ clipped where its range is known.</summary>
public sealed class DdimSampler : DiffusionSampler, ISamplerDefinition<DdimSampler, DdimSamplerOptions>
{
    private readonly DdimSamplerOptions _options;

    private DdimSampler(DdimSamplerOptions options) : base(options.Guidance) => _options = options;

    /// <inheritdoc/>
    public static string Kind => "ddim";

    /// <inheritdoc/>
    public static string Description => "any number of steps, deterministic at eta = 0 (Song et al. 2021)";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public static DdimSampler Create(DdimSamplerOptions options) => new(options);

    /// <inheritdoc/>
    public override IReadOnlyList<DiffusionStep> Plan(NoiseSchedule schedule)
    {
        var times = Timesteps(schedule.Timesteps);
        var plan = new DiffusionStep[times.Length];
        var next = 1.0;   // ᾱ of the image
        for (var i = 0; i < times.Length; i++)
        {
            var current = schedule.AlphasCumprod[times[i]];
            var sigma = _options.Eta * Math.Sqrt((1 - next) / (1 - current) * (1 - current / next));   // eq. 16
            var direction = Math.Sqrt(Math.Max(0, 1 - next - sigma * sigma));
            plan[^(i + 1)] = new DiffusionStep(times[i], Math.Sqrt(next), direction, sigma);           // eq. 12
            next = current;
        }
        return plan;
    }

    /// <summary>S distinct timesteps, ascending. The quadratic spacings rise slower than one a step at first, and take
    /// every timestep there.</summary>
    internal int[] Timesteps(int timesteps)
    {
        var steps = _options.Steps;
        if (steps < 1 || steps > timesteps)
            throw new InvalidOptionException("steps", $"must be between 1 and the model's {timesteps} timesteps, not {steps}");
        if (steps == 1)
            return [timesteps - 1];
        var last = steps - 1.0;
        Func<int, double> spacing = _options.Spacing switch
        {
            "uniform" => i => Math.Round(i * (timesteps - 1) / last),
            "quadratic" => i => Math.Floor(i / last * (i / last) * (timesteps - 1)),
            "paper" => i => Math.Floor(i / last * (i / last) * 0.8 * timesteps),
            var other => throw new InvalidOptionException("spacing", $"must be uniform, quadratic or paper, not '{other}'"),
        };
        return [.. Enumerable.Range(0, steps).Select(i => Math.Max(i, (int)spacing(i)))];
    }
}
