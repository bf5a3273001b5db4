using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>
/// Evaluations on disk. Samples are kept, so that a new metric needs no new samples; figures are kept, so that a new
/// one leaves the others alone. <c>evaluation.json</c> is written after the samples and vouches for them.
/// </summary>
/// <param name="cell">The cell's folder.</param>
public sealed class EvaluationStore(CellFolder cell)
{
    private const int GridColumns = 10;
    private const int GridImages = 100;

    /// <summary>The folder of an evaluation.</summary>
    /// <param name="name">What its name begins with, e.g. the sampler's kind.</param>
    /// <param name="key">Its evaluation key, hex.</param>
    public EvaluationFolder Folder(string name, string key) => new(Path.Combine(cell.Evaluations, Matrix.Cell.EvaluationName(name, key)));

    /// <summary>What <c>evaluation.json</c> says, or null where there is none or it speaks of another key.</summary>
    public static EvaluationInfo? Info(EvaluationFolder folder, string key)
    {
        if (!File.Exists(folder.Info))
            return null;
        var info = JsonSerializer.Deserialize<EvaluationInfo>(File.ReadAllText(folder.Info), JsonSerializerOptions.Web);
        return info?.Key == key ? info : null;
    }

    /// <summary>Writes <c>evaluation.json</c>.</summary>
    public static void WriteInfo(EvaluationFolder folder, EvaluationInfo info)
    {
        Directory.CreateDirectory(folder.Path);
        AtomicFile.WriteText(folder.Info, JsonSerializer.Serialize(info, Indented) + "\n");
    }

    /// <summary>Writes figures and what they are of. Those of another reference go first: a kill in between leaves none, never the
    /// old ones under the new name.</summary>
    public static void Write(EvaluationFolder folder, EvaluationInfo info, IEnumerable<MetricRow> rows)
    {
        Directory.CreateDirectory(folder.Path);
        if (Info(folder, info.Key)?.Reference != info.Reference)
            File.Delete(folder.Metrics);
        WriteInfo(folder, info);
        CsvFile.Write(folder.Metrics, rows);
    }

    /// <summary>The figures already there.</summary>
    public static IReadOnlyList<MetricRow> Rows(EvaluationFolder folder) =>
        File.Exists(folder.Metrics) ? CsvFile.Read<MetricRow>(folder.Metrics) : [];

    /// <summary>Keeps samples and a grid of the first of them; of points in the plane their coordinates in its place, of other reals nothing.</summary>
    /// <param name="folder">The evaluation's folder.</param>
    /// <param name="images">uint8, of reals float32, [N, C, H, W].</param>
    /// <param name="labels">The class asked for with each, int64 [N], or null.</param>
    public static void WriteSamples(EvaluationFolder folder, Tensor images, Tensor? labels = null)
    {
        Directory.CreateDirectory(folder.Path);
        var classes = labels?.data<long>().ToArray();
        if (images.dtype == ScalarType.Float32)
        {
            NpzFile.WriteReals(folder.Samples, images, classes);
            if (images.shape is [_, 2, 1, 1])
                PlaneFiles.WritePoints(folder.Points, images);
            return;
        }
        var all = ImageArray.Of(images);
        NpzFile.WriteImages(folder.Samples, [all.Pixels], all.Count, all.Height, all.Width, all.Channels, classes);
        var shown = Math.Min(GridImages, all.Count);
        var scale = Math.Max(1, 56 / all.Height);
        ImageGrid.Write(
            folder.Grid, all.Pixels.AsSpan(0, shown * all.Height * all.Width * all.Channels), shown, all.Height, all.Width, all.Channels, GridColumns, scale);
    }

    /// <summary>Reads kept samples: uint8, of reals float32, [N, C, H, W], owned by the caller.</summary>
    public static Tensor ReadSamples(EvaluationFolder folder, DataValues values = DataValues.Bytes) =>
        (values == DataValues.Reals ? NpzFile.ReadReals(folder.Samples) : NpzFile.ReadImages(folder.Samples).ToTensor()).DetachFromDisposeScope();

    /// <summary>Reads the classes that kept samples were asked for, int64 [N], owned by the caller; null where there were none.</summary>
    public static Tensor? ReadLabels(EvaluationFolder folder) =>
        NpzFile.ReadLabels(folder.Samples) is { } labels ? tensor(labels, dtype: ScalarType.Int64).DetachFromDisposeScope() : null;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };
}
