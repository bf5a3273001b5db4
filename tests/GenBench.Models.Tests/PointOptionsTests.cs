using System.Globalization;
using System.Text.Json;
using GenBench.Core;
using GenBench.Models;
using GenBench.Tests.Models.Flows;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

/// <summary>Every option of every model is, on points, either used or refused by name: none is passed over.</summary>
public sealed class PointOptionsTests
{
    private static readonly DataSpec Points = new(new ImageShape(2, 1, 1), 3) { Values = DataValues.Reals };

    private static readonly VaeOptions Vae = new() { Latent = 3, Hidden = 6 };
    private static readonly DcganOptions Dcgan = new() { Latent = 3, Channels = 6 };
    private static readonly RealNvpOptions RealNvp = new() { Channels = 4 };
    private static readonly GlowOptions Glow = new() { Steps = 2, Channels = 4 };
    private static readonly DdpmOptions Ddpm = new() { Channels = 8, Blocks = 1, Timesteps = 20 };

    /// <summary>A model, options, and the same options but for one.</summary>
    private sealed record Change(string Model, string Option, Func<IGenerativeModel> Before, Func<IGenerativeModel> After);

    private static Change Of(string option, VaeOptions after) => new("vae", option, () => GenBench.Models.Vae.Create(Vae, Points), () => GenBench.Models.Vae.Create(after, Points));

    private static Change Of(string option, DcganOptions after, DcganOptions? before = null) =>
        new("dcgan", option, () => GenBench.Models.Dcgan.Create(before ?? Dcgan, Points), () => GenBench.Models.Dcgan.Create(after, Points));

    private static Change Of(string option, RealNvpOptions after) =>
        new("realnvp", option, () => GenBench.Models.RealNvp.Create(RealNvp, Points), () => GenBench.Models.RealNvp.Create(after, Points));

    private static Change Of(string option, GlowOptions after) =>
        new("glow", option, () => GenBench.Models.Glow.Create(Glow, Points), () => GenBench.Models.Glow.Create(after, Points));

    private static Change Of(string option, DdpmOptions after, DdpmOptions? before = null) =>
        new("ddpm", option, () => GenBench.Models.Ddpm.Create(before ?? Ddpm, Points), () => GenBench.Models.Ddpm.Create(after, Points));

    private static readonly DcganOptions Wasserstein = Dcgan with { Loss = "wgan-gp" };
    private static readonly DdpmOptions MinSnr = Ddpm with { Weighting = "min-snr" };
    private static readonly DdpmOptions Classes = Ddpm with { Conditional = true };

    private static readonly Change[] Used =
    [
        Of("latent", Vae with { Latent = 4 }), Of("hidden", Vae with { Hidden = 7 }), Of("beta", Vae with { Beta = 2 }),
        Of("klWarmup", Vae with { KlWarmup = 10 }), Of("learningRate", Vae with { LearningRate = 0.5 }),
        Of("latent", Dcgan with { Latent = 4 }), Of("channels", Dcgan with { Channels = 7 }), Of("loss", Dcgan with { Loss = "hinge" }),
        Of("gradientPenalty", Wasserstein with { GradientPenalty = 3 }, Wasserstein), Of("spectralNorm", Dcgan with { SpectralNorm = true }),
        Of("conditional", Dcgan with { Conditional = true }), Of("discriminatorSteps", Dcgan with { DiscriminatorSteps = 3 }),
        Of("learningRate", Dcgan with { LearningRate = 0.5 }), Of("beta1", Dcgan with { Beta1 = 0.1 }), Of("beta2", Dcgan with { Beta2 = 0.1 }),
        Of("channels", RealNvp with { Channels = 5 }), Of("blocks", RealNvp with { Blocks = 2 }), Of("learningRate", RealNvp with { LearningRate = 0.5 }),
        Of("steps", Glow with { Steps = 3 }), Of("channels", Glow with { Channels = 5 }), Of("coupling", Glow with { Coupling = "additive" }),
        Of("learningRate", Glow with { LearningRate = 0.5 }),
        Of("channels", Ddpm with { Channels = 10 }), Of("blocks", Ddpm with { Blocks = 2 }), Of("dropout", Ddpm with { Dropout = 0.5 }),
        Of("timesteps", Ddpm with { Timesteps = 30 }), Of("schedule", Ddpm with { Schedule = "cosine" }), Of("prediction", Ddpm with { Prediction = "v" }),
        Of("weighting", MinSnr), Of("minSnrGamma", MinSnr with { MinSnrGamma = 0.5 }, MinSnr), Of("conditional", Classes),
        Of("labelDropout", Classes with { LabelDropout = 0.8 }, Classes), Of("learningRate", Ddpm with { LearningRate = 0.5 }),
        Of("variance", Ddpm with { Variance = "large" }),
    ];

    private static readonly Change[] Refused =
    [
        Of("channels", Vae with { Channels = 5 }), Of("likelihood", Vae with { Likelihood = "logistic" }),
        Of("scales", RealNvp with { Scales = 1 }), Of("logit", RealNvp with { Logit = 0.1 }),
        Of("levels", Glow with { Levels = 1 }), Of("logit", Glow with { Logit = 0.1 }),
        Of("multipliers", Ddpm with { Multipliers = [1] }), Of("attention", Ddpm with { Attention = [] }), Of("heads", Ddpm with { Heads = 2 }),
        Of("patch", Ddpm with { Patch = 1 }),
    ];

    public static TheoryData<string, string> UsedNames => Names(Used);

    public static TheoryData<string, string> RefusedNames => Names(Refused);

    [Theory]
    [MemberData(nameof(UsedNames))]
    public void An_option_that_is_taken_changes_something(string model, string option)
    {
        var change = Used.Single(each => (each.Model, each.Option) == (model, option));
        Assert.Equal(Fingerprint(change.Before), Fingerprint(change.Before));
        Assert.NotEqual(Fingerprint(change.Before), Fingerprint(change.After));
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void An_option_without_a_meaning_is_refused_by_name(string model, string option)
    {
        var error = Assert.Throws<InvalidOptionException>(Refused.Single(each => (each.Model, each.Option) == (model, option)).After);
        Assert.Equal(option, error.Option);
        Assert.EndsWith("leave it out", error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vae", typeof(VaeOptions))]
    [InlineData("dcgan", typeof(DcganOptions))]
    [InlineData("realnvp", typeof(RealNvpOptions))]
    [InlineData("glow", typeof(GlowOptions))]
    [InlineData("ddpm", typeof(DdpmOptions))]
    public void No_option_is_forgotten_here(string model, Type options)
    {
        var all = options.GetProperties().Where(property => property.SetMethod is { IsPublic: true }).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        var tested = Used.Concat(Refused).Where(change => change.Model == model).Select(change => change.Option);
        Assert.Equal(all.Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_autoencoder_has_nothing_to_shrink_in_points()
    {
        var error = Assert.Throws<InvalidOptionException>(() => LatentDiffusion.Create(new LatentDiffusionOptions(), Points));
        Assert.StartsWith("an autoencoder has nothing to shrink in points of 2 coordinates", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Couplings_need_coordinates_that_can_be_halved()
    {
        var odd = Points with { Shape = new ImageShape(3, 1, 1) };
        Assert.Equal("data", Assert.Throws<InvalidOptionException>(() => GenBench.Models.RealNvp.Create(RealNvp, odd)).Option);
        Assert.Equal("data", Assert.Throws<InvalidOptionException>(() => GenBench.Models.Glow.Create(Glow, odd)).Option);
    }

    private static TheoryData<string, string> Names(Change[] changes)
    {
        var names = new TheoryData<string, string>();
        foreach (var change in changes)
            names.Add(change.Model, change.Option);
        return names;
    }

    /// <summary>What can be seen of a model: its weights' number, optimizers, losses at two steps, and likelihoods, all under equal random numbers.</summary>
    private static string Fingerprint(Func<IGenerativeModel> create)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = create();
        using var network = model.Network;
        FlowLaw.Perturb(network);
        var points = new ImageNoise(1, 0, 64, CPU).Normal(0, 2, 1, 1);
        var labels = arange(64).remainder(3);
        var seen = new List<string> { network.parameters().Sum(parameter => parameter.numel()).ToString(CultureInfo.InvariantCulture) };
        foreach (var objective in model.Stages.SelectMany(stage => stage.Objectives))
        {
            seen.Add($"{objective.Name} {objective.Optimizer} {objective.Repeats}");
            foreach (var step in new[] { 0, 5 })
            {
                manual_seed(7);
                seen.Add(Text(objective.Evaluate(new Batch(points, labels) { Step = step }).Total));
            }
        }
        if (model is ILikelihoodModel likelihood)
            foreach (var estimate in likelihood.Likelihood(new Batch(points, labels), new LikelihoodRequest(new ImageNoise(2, 0, 64, CPU)) { ImportanceSamples = 2 }))
                seen.Add($"{estimate.Kind} {Text(estimate.PerImage.mean())}");
        return string.Join('\n', seen);
    }

    private static string Text(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>().ToString("R", CultureInfo.InvariantCulture);
}
