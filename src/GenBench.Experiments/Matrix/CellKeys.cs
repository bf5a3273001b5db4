using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>
/// Hex SHA-256 of canonical JSON (members in ordinal order, numbers in their shortest round-trip form), so the order
/// of members in a file and the way a number is written change no key.
/// <para>Options equal to their defaults are left out. So an option added later, whose default does what was done
/// before it was there, leaves every key as it was and trains nothing again. The price: changing a default must raise
/// the model's or sampler's <c>Version</c>, else results of the old default pass for the new one; a dataset, which has
/// no version, is guarded by its checksum; a changed default of <see cref="TrainingSpec"/>, <see cref="EvaluationSpec"/>
/// or <see cref="LikelihoodSpec"/> must raise the format number here.</para>
/// </summary>
public static class CellKeys
{
    private const int Format = 1;

    /// <summary>Key of the weights: dataset, shape and classes, model, version, options, seed and training without its
    /// logging and checkpoint intervals.</summary>
    public static string Training(Cell cell)
    {
        var training = Changed(cell.Training);
        training.Remove("logEvery");
        training.Remove("checkpointSeconds");
        return Hash(new JsonObject
        {
            ["format"] = Format,
            ["dataset"] = Implementation(cell.Dataset),
            ["model"] = Implementation(cell.Model.Kind, cell.Model.Version, cell.Model.Changed),
            ["seed"] = cell.Seed,
            ["training"] = training,
        });
    }

    /// <summary>Key of the samples drawn from a cell's weights.</summary>
    /// <param name="trainingKey">Key of the weights.</param>
    /// <param name="sampler">The sampler setting; its label is not part of the key.</param>
    /// <param name="samples">Images drawn.</param>
    /// <param name="seed">Seed of the samples.</param>
    /// <param name="batchSize">Images drawn in one network call.</param>
    /// <param name="snapshot">Name of the snapshot sampled from, or null for the final weights.</param>
    public static string Evaluation(string trainingKey, SamplerChoice sampler, int samples, int seed, int batchSize, string? snapshot = null) =>
        Hash(new JsonObject
        {
            ["format"] = Format,
            ["weights"] = trainingKey,
            ["snapshot"] = snapshot,
            ["sampler"] = Implementation(sampler.Kind, sampler.Version, sampler.Changed),
            ["samples"] = samples,
            ["seed"] = seed,
            ["batchSize"] = batchSize,
        });

    /// <summary>Key of a likelihood measurement.</summary>
    /// <param name="trainingKey">Key of the weights.</param>
    /// <param name="likelihood">What is measured.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="snapshot">Name of the snapshot measured, or null for the final weights.</param>
    public static string Likelihood(string trainingKey, LikelihoodSpec likelihood, int seed, string? snapshot = null) =>
        Hash(new JsonObject
        {
            ["format"] = Format,
            ["weights"] = trainingKey,
            ["snapshot"] = snapshot,
            ["likelihood"] = Changed(likelihood),
            ["seed"] = seed,
        });

    /// <summary>Key of a reconstruction measurement.</summary>
    /// <param name="trainingKey">Key of the weights.</param>
    /// <param name="images">Images reconstructed, at most.</param>
    public static string Reconstruction(string trainingKey, int images) =>
        Hash(new JsonObject { ["format"] = Format, ["weights"] = trainingKey, ["reconstructed"] = images });

    /// <summary>Key of a dataset with its options; its pixels are guarded by their checksum.</summary>
    public static string Dataset(DatasetChoice dataset) => Hash(new JsonObject { ["format"] = Format, ["dataset"] = Implementation(dataset) });

    /// <summary>Key of a baseline's samples.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="checksum">Checksum of its pixels and labels.</param>
    /// <param name="model">The baseline's name.</param>
    /// <param name="samples">Images drawn.</param>
    /// <param name="seed">Seed of the samples.</param>
    public static string Baseline(DatasetChoice dataset, string checksum, string model, int samples, int seed) => Hash(new JsonObject
    {
        ["format"] = Format,
        ["dataset"] = Implementation(dataset),
        ["checksum"] = checksum,
        ["model"] = model,
        ["samples"] = samples,
        ["seed"] = seed,
    });

    /// <summary>Key of a control's images and figures.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="checksum">Checksum of its pixels and labels.</param>
    /// <param name="control">The setting; its label is not part of the key.</param>
    /// <param name="against">Number of undisturbed images that it is compared with; null where it is compared with none.</param>
    /// <param name="seed">Seed of the images.</param>
    public static string Control(DatasetChoice dataset, string checksum, ControlChoice control, int? against, int seed) => Hash(new JsonObject
    {
        ["format"] = Format,
        ["dataset"] = Implementation(dataset),
        ["checksum"] = checksum,
        ["control"] = Implementation(control.Kind, control.Version, control.Changed),
        ["samples"] = control.Samples,
        ["against"] = against,
        ["seed"] = seed,
    });

    private static JsonObject Implementation(DatasetChoice dataset) => new()
    {
        ["name"] = dataset.Name,
        ["options"] = dataset.Changed.DeepClone(),
        ["shape"] = new JsonArray(dataset.Data.Shape.Channels, dataset.Data.Shape.Height, dataset.Data.Shape.Width),
        ["classes"] = dataset.Data.Classes,
    };

    private static JsonObject Implementation(string kind, int version, JsonObject options) =>
        new() { ["kind"] = kind, ["version"] = version, ["options"] = options.DeepClone() };

    private static JsonObject Changed(object spec) => OptionRecord.Of(spec.GetType()).Changed(spec);

    private static string Hash(JsonObject content) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Write(content))));
}
