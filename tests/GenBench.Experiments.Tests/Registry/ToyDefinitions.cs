using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Experiments;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments;

/// <summary>Definitions that cover what a registry and a binder must handle: every option type, capabilities, refusals.</summary>
internal static class Toys
{
    internal static Registry Registry { get; } = Registry.Of(
        typeof(PlainToy), typeof(NoisyToy), typeof(OnceSampler), typeof(StepSampler), typeof(DotsDataset));
}

internal enum ToySpacing { Uniform, PaperLike }

internal sealed record ToyInner
{
    [Range(1, 4)]
    public int Depth { get; init; } = 2;

    public bool Skip { get; init; }
}

internal sealed record PlainOptions
{
    /// <summary>Length of the latent vector.</summary>
    [Range(1, 1024)]
    public int Latent { get; init; } = 32;

    public double Beta { get; init; } = 1;

    [AllowedValues("bernoulli", "logistic")]
    public string Likelihood { get; init; } = "bernoulli";

    [Range(1, 512), Length(1, 4)]
    public IReadOnlyList<int> Widths { get; init; } = [8, 16];

    public ToyInner Inner { get; init; } = new();

    public ToySpacing Spacing { get; init; }

    [Range(1, long.MaxValue)]
    public long? Limit { get; init; }

    public string? Note { get; init; }
}

internal abstract class Toy : IGenerativeModel
{
    public nn.Module Network { get; } = nn.Linear(2, 2);

    public IReadOnlyList<Stage> Stages => [];

    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    public long MacsPerEvaluation => 4;
}

/// <summary>Refuses a latent of more than the image's values, and two widths of one size.</summary>
internal sealed class PlainToy : Toy, IModelDefinition<PlainToy, PlainOptions>
{
    public static string Kind => "plain-toy";

    public static string Description => "Samples in one pass.";

    public static int Version => 3;

    internal required PlainOptions Options { get; init; }

    public static PlainToy Create(PlainOptions options, DataSpec data)
    {
        if (options.Latent > data.Shape.Dimensions)
            throw new InvalidOptionException("latent", $"must be at most {data.Shape.Dimensions}, the values of one image; lower it");
        if (options.Inner is { Depth: 4, Skip: true })
            throw new InvalidOptionException("inner.depth", "must be below 4 with skip");
        return new PlainToy { Options = options };
    }
}

internal sealed record NoisyOptions
{
    public IReadOnlyList<int> Channels { get; init; } = [16];

    [Range(1, 10_000)]
    public int Timesteps { get; init; } = 100;
}

internal sealed class NoisyToy : Toy, IModelDefinition<NoisyToy, NoisyOptions>
{
    public static string Kind => "noisy-toy";

    public static string Description => "Samples in steps.";

    public static int Version => 1;

    internal required int Timesteps { get; init; }

    public static NoisyToy Create(NoisyOptions options, DataSpec data) => new() { Timesteps = options.Timesteps };
}

internal sealed record OnceOptions
{
    public double Temperature { get; init; } = 1;
}

internal sealed class OnceSampler : ISamplerDefinition<OnceSampler, OnceOptions>
{
    public static string Kind => "once";

    public static string Description => "One pass.";

    public static int Version => 1;

    public static OnceSampler Create(OnceOptions options) => new();

    public bool Fits(IGenerativeModel model) => model is PlainToy;

    public Samples Sample(IGenerativeModel model, SampleRequest request) => throw new NotSupportedException();
}

internal sealed record StepOptions
{
    [Range(1, 10_000)]
    public int Steps { get; init; } = 50;

    [Range(0.0, 1.0)]
    public double Eta { get; init; }

    public ToySpacing Spacing { get; init; }

    public IReadOnlyList<double> Weights { get; init; } = [];
}

/// <summary>Refuses more steps than the model has timesteps.</summary>
internal sealed class StepSampler : ISamplerDefinition<StepSampler, StepOptions>
{
    public static string Kind => "stepwise";

    public static string Description => "Many steps.";

    public static int Version => 2;

    internal required StepOptions Options { get; init; }

    public static StepSampler Create(StepOptions options) => new() { Options = options };

    public bool Fits(IGenerativeModel model) => model is NoisyToy;

    public void Check(IGenerativeModel model)
    {
        if (Options.Steps > ((NoisyToy)model).Timesteps)
            throw new InvalidOptionException("steps", $"must be at most {((NoisyToy)model).Timesteps}, the model's timesteps");
    }

    public Samples Sample(IGenerativeModel model, SampleRequest request) => throw new NotSupportedException();
}

internal sealed record DotsOptions
{
    [Range(4, 64)]
    public int Resolution { get; init; } = 8;

    public IReadOnlyList<string> Colours { get; init; } = ["gray"];
}

internal sealed class DotsDataset : IDatasetDefinition<DotsDataset, DotsOptions>
{
    public static string Name => "dots";

    public static string Description => "Dots of every colour.";

    public static DataSpec Describe(DotsOptions options) => options.Resolution % 2 == 0
        ? new DataSpec(new ImageShape(1, options.Resolution, options.Resolution), options.Colours.Count)
        : throw new InvalidOptionException("resolution", "must be even");

    public static Dataset Open(DotsOptions options, string dataFolder)
    {
        var spec = Describe(options);
        ImageSplit Split() => new(zeros(2, 1, options.Resolution, options.Resolution, ScalarType.Byte), null);
        return new Dataset(Name, spec, Split(), Split(), Split(), options.Colours, dataFolder);
    }
}

/// <summary>Generic, so that a scan of the assembly does not meet it: a second definition of a kind.</summary>
internal sealed class TwinToy<T> : Toy, IModelDefinition<TwinToy<T>, NoisyOptions>
{
    public static string Kind => "plain-toy";

    public static string Description => "";

    public static int Version => 1;

    public static TwinToy<T> Create(NoisyOptions options, DataSpec data) => new();
}

/// <summary>A kind that would leave its folder.</summary>
internal sealed class UnnamedToy<T> : Toy, IModelDefinition<UnnamedToy<T>, NoisyOptions>
{
    public static string Kind => "../toy";

    public static string Description => "";

    public static int Version => 1;

    public static UnnamedToy<T> Create(NoisyOptions options, DataSpec data) => new();
}

internal sealed record OddOptions
{
    public DateTime When { get; init; }
}

internal sealed class OddToy<T> : Toy, IModelDefinition<OddToy<T>, OddOptions>
{
    public static string Kind => "odd-toy";

    public static string Description => "";

    public static int Version => 1;

    public static OddToy<T> Create(OddOptions options, DataSpec data) => new();
}
