using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GenBench.Core;

namespace GenBench.Experiments.Matrix;

/// <summary>A dataset with its options, resolved.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Options">Every option with its value, defaults included.</param>
/// <param name="Data">Shape and classes.</param>
public sealed record DatasetChoice(string Name, JsonObject Options, DataSpec Data)
{
    /// <summary>The options that differ from their defaults: what the hash is taken over, see <see cref="CellKeys"/>.</summary>
    public JsonObject Changed { get; init; } = Options;

    /// <summary>The plug-in that defines it; null where the suite itself does. Recorded, not keyed: see docs/DECISIONS.md.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PluginInfo? Plugin { get; init; }
}

/// <summary>A model with its options, resolved.</summary>
/// <param name="Kind">The model's kind.</param>
/// <param name="Version">The implementation's version.</param>
/// <param name="Options">Every option with its value, defaults included.</param>
public sealed record ModelChoice(string Kind, int Version, JsonObject Options)
{
    /// <summary>The options that differ from their defaults: what the hash is taken over, see <see cref="CellKeys"/>.</summary>
    public JsonObject Changed { get; init; } = Options;

    /// <summary>The plug-in that defines it; null where the suite itself does. Recorded, not keyed: see docs/DECISIONS.md.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PluginInfo? Plugin { get; init; }
}

/// <summary>A sampler setting, resolved.</summary>
/// <param name="Kind">The sampler's kind.</param>
/// <param name="Version">The implementation's version.</param>
/// <param name="Options">Every option with its value, defaults included.</param>
/// <param name="Label">As the tables print it, with the options that were given: <c>ddim(steps=20, eta=0)</c>.</param>
/// <param name="Samples">Images to draw under this setting.</param>
public sealed record SamplerChoice(string Kind, int Version, JsonObject Options, string Label, int Samples)
{
    /// <summary>The options that differ from their defaults: what the hash is taken over, see <see cref="CellKeys"/>.</summary>
    public JsonObject Changed { get; init; } = Options;

    /// <summary>The plug-in that defines it; null where the suite itself does. Recorded, not keyed: see docs/DECISIONS.md.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PluginInfo? Plugin { get; init; }
}

/// <summary>One training run and what is evaluated of it.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Model">The model.</param>
/// <param name="Seed">Seed of initialisation and training.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Samplers">The sampler settings to evaluate, in order.</param>
/// <param name="Evaluation">What is measured.</param>
public sealed record Cell(
    string Experiment, DatasetChoice Dataset, ModelChoice Model, int Seed, TrainingSpec Training,
    IReadOnlyList<SamplerChoice> Samplers, EvaluationSpec Evaluation)
{
    /// <summary>Hex SHA-256 over what changes the weights: dataset, model and its version, options, seed, training
    /// (without logging and checkpoint intervals). The dataset's checksum is recorded in <c>cell.json</c> and compared on resume.</summary>
    public string TrainingKey => CellKeys.Training(this);

    /// <summary>Key of the samples under a sampler setting.</summary>
    /// <param name="sampler">The setting.</param>
    /// <param name="snapshot"><see cref="BestSnapshot"/>, which the first setting chooses, or null for the final weights.</param>
    public string SamplesKey(SamplerChoice sampler, string? snapshot = null) => CellKeys.Evaluation(
        TrainingKey, sampler, sampler.Samples, Evaluation.Seed, Evaluation.BatchSize,
        snapshot is null || sampler == Samplers[0] ? snapshot : $"{snapshot} by {SamplesKey(Samplers[0], snapshot)}");

    /// <summary>Key of the likelihood measurement.</summary>
    public string LikelihoodKey(LikelihoodSpec likelihood) => CellKeys.Likelihood(TrainingKey, likelihood, Evaluation.Seed);

    /// <summary>Key of the reconstruction measurement, for models that have one.</summary>
    public string ReconstructionKey => CellKeys.Reconstruction(TrainingKey, Evaluation.Samples);

    /// <summary>What stands for the snapshot that is chosen by its figures.</summary>
    internal const string BestSnapshot = "best";

    /// <summary>Whether there are snapshots to choose from and the best of them is asked for.</summary>
    internal bool ChoosesSnapshot => Evaluation.Snapshots == BestSnapshot && Training.Snapshots > 1;

    /// <summary>Names of the evaluation folders that the cell asks for; the report passes over others, left by earlier versions of the file.</summary>
    public IReadOnlyList<string> EvaluationFolders =>
    [
        .. Samplers.Select(sampler => EvaluationName(sampler.Kind, SamplesKey(sampler))),
        .. ChoosesSnapshot ? Samplers.Select(sampler => EvaluationName(sampler.Kind, SamplesKey(sampler, BestSnapshot))) : [],
        .. Evaluation.Likelihood is { } likelihood ? [EvaluationName("likelihood", LikelihoodKey(likelihood))] : Array.Empty<string>(),
        EvaluationName("reconstruction", ReconstructionKey),
    ];

    /// <summary>Name of an evaluation's folder: <c>&lt;name&gt;-&lt;hash8&gt;</c>.</summary>
    public static string EvaluationName(string name, string key) => $"{name}-{key[..8]}";

    /// <summary>Folder name: <c>&lt;model&gt;-&lt;dataset&gt;-s&lt;seed&gt;-&lt;hash8&gt;</c>.</summary>
    public string Id => $"{Model.Kind}-{Dataset.Name}-s{Seed}-{TrainingKey[..8]}";
}
