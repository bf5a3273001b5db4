using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using GenBench.Metrics;

namespace GenBench.Experiments.Matrix;

/// <summary>A control under one setting, resolved.</summary>
/// <param name="Kind">The control's kind.</param>
/// <param name="Version">The implementation's version.</param>
/// <param name="Options">Every option with its value, defaults included.</param>
/// <param name="Label">As the tables print it, with the options that were given: <c>resample(shift=8)</c>.</param>
/// <param name="Samples">Images to draw.</param>
public sealed record ControlChoice(string Kind, int Version, JsonObject Options, string Label, int Samples)
{
    /// <summary>The options that differ from their defaults; none where the control changes nothing.</summary>
    public JsonObject Changed { get; init; } = Options;
}

/// <summary>The controls of one dataset.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Evaluation">What the images are compared with.</param>
/// <param name="Choices">The settings: for each kind and number of images the undisturbed one, and before all others.</param>
public sealed record DatasetControls(string Experiment, DatasetChoice Dataset, EvaluationSpec Evaluation, IReadOnlyList<ControlChoice> Choices)
{
    /// <summary>Folder name: <c>controls-&lt;dataset&gt;-&lt;hash8&gt;</c>.</summary>
    public string Id => $"controls-{Dataset.Name}-{CellKeys.Dataset(Dataset)[..8]}";
}

/// <summary>What an entry of <c>controls</c> may say beside the control's own options.</summary>
internal sealed record ControlHeader
{
    /// <summary>Differences of fewer images than this have no interval.</summary>
    internal const int FewestSamples = PairedComparison.MinRows;

    /// <summary>Images to draw, in place of the evaluation's number.</summary>
    [Range(FewestSamples, 10_000_000)]
    public int? Samples { get; init; }

    /// <summary>The dataset, by its name, that the setting is for; without it all of the experiment's.</summary>
    public string? Dataset { get; init; }
}
