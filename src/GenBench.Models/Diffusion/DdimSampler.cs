using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using static TorchSharp.torch;

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

    /// <summary>The noise x_T whose samples the images are, as near as S steps come: the sampler's own recursion backwards
    /// (Song et al. 2021, §4.3 and eq. 14), x̂₀ not clipped. The finer the steps, the nearer <see cref="Decode"/> comes back.</summary>
    /// <param name="model">The denoiser.</param>
    /// <param name="images">[B, C, H, W] in the model's encoding.</param>
    /// <param name="labels">The class of each image, int64 [B], or null.</param>
    /// <returns>[B, C', H', W'] of the model's latent shape.</returns>
    /// <exception cref="InvalidOptionException">η is not 0.</exception>
    public Tensor Encode(IDenoisingModel model, Tensor images, Tensor? labels = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var network = Deterministic(model, images, labels);
        var schedule = model.Schedule;
        var times = Timesteps(schedule.Timesteps);
        var x = model.Encode(images).alias();
        foreach (var (from, to) in times.Zip(times.Skip(1)))
        {
            var t = full([x.shape[0]], from, ScalarType.Int64, x.device);
            var (x0, epsilon) = network.Denoise(x, t).Resolve(x, t, schedule, clip: null);
            x = x0 * schedule.SqrtAlphasCumprod[to] + epsilon * schedule.SqrtOneMinusAlphasCumprod[to];
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The images that these x_T give, [B, C, H, W]; what <see cref="DiffusionSampler.Sample"/> does with drawn ones.</summary>
    /// <param name="model">The denoiser.</param>
    /// <param name="noise">x_T, [B, C', H', W'] of the model's latent shape.</param>
    /// <param name="labels">The class of each image, int64 [B], or null.</param>
    /// <exception cref="InvalidOptionException">η is not 0.</exception>
    public Tensor Decode(IDenoisingModel model, Tensor noise, Tensor? labels = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return model.Decode(Walk(model, Deterministic(model, noise, labels), noise.alias(), None(noise))).MoveToOuterDisposeScope();
    }

    /// <summary>Between two x_T, image by image, on the great circle through them (Song et al. 2021, eq. 67).</summary>
    /// <param name="from">[B, C, H, W], the result at 0.</param>
    /// <param name="to">[B, C, H, W], the result at 1.</param>
    /// <param name="fraction">0 to 1.</param>
    public static Tensor Interpolate(Tensor from, Tensor to, double fraction)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (from.flatten(1), to.flatten(1));
        var angle = ((a * b).sum(1) / (a.norm(1) * b.norm(1))).clamp(-1, 1).acos().view(-1, 1, 1, 1);
        var between = ((angle * (1 - fraction)).sin() * from + (angle * fraction).sin() * to) / angle.sin();
        return between.MoveToOuterDisposeScope();
    }

    private GuidedDenoiser Deterministic(IDenoisingModel model, Tensor x, Tensor? labels) => _options.Eta == 0
        ? Guided(new CountingDenoiser(model, new SampleRequest(None(x), labels)), labels)
        : throw new InvalidOptionException("eta", $"must be 0 to encode and decode, not {_options.Eta}");

    /// <summary>For images that draw no noise.</summary>
    private static ImageNoise None(Tensor x) => new(0, 0, (int)x.shape[0], x.device);

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
