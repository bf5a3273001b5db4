using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>A snapshot's figure on the validation split: a row of <c>snapshots/validation-&lt;hash8&gt;.csv</c>.</summary>
/// <param name="Snapshot">Its number, from 1.</param>
/// <param name="Value">Its figure by <see cref="MetricNames.Deciding"/>.</param>
/// <param name="N">Images drawn.</param>
/// <param name="Reference">What it was computed against.</param>
public sealed record SnapshotScore(int Snapshot, double Value, long N, string Reference);

/// <summary>
/// Chooses among a cell's snapshots by the distance of their samples from the validation split (<see cref="MetricNames.Deciding"/>). Neither these
/// samples, of a seed of their own, nor that split take part in a figure of the tables.
/// </summary>
internal sealed class SnapshotSelection(CellFolder folder, Cell cell, Dataset dataset, ClassifierSource classifiers, Device device, TimeProvider time, CellLog log)
{
    private const string Split = "validation";
    private readonly int _snapshots = cell.Training.Snapshots;

    /// <summary>The split that snapshots are compared with.</summary>
    /// <exception cref="BadInputException">It holds too few images.</exception>
    internal static ImageSplit ReferenceOf(Dataset dataset) => QualityEvaluator.SplitOf(dataset, Split, "evaluation.snapshots");

    /// <summary>The best snapshot under a sampler setting. Figures on disk are not computed again; the model is left with the
    /// weights of any snapshot.</summary>
    internal SnapshotScore Choose(IGenerativeModel model, ISampler sampler, SamplerChoice choice, CancellationToken cancellation)
    {
        var key = cell.SamplesKey(choice, Cell.BestSnapshot);
        var file = Path.Combine(folder.Snapshots, $"{Split}-{key[..8]}.csv");
        using var quality = new QualityEvaluator(dataset, cell.Evaluation with { Reference = Split }, classifiers, log);
        var scores = (File.Exists(file) ? CsvFile.Read<SnapshotScore>(file) : []).Where(score => score.Reference == quality.Reference).ToList();
        foreach (var snapshot in Enumerable.Range(1, _snapshots).Except(scores.Select(score => score.Snapshot)).ToArray())
        {
            WeightsFile.Load(folder.Snapshot(snapshot, _snapshots), model.Network);
            var progress = new PhaseProgress(log, time, $"sampling snapshot {snapshot} of {_snapshots}", choice.Samples);
            var seed = Seeds.Of(Seeds.OfName("snapshots"), (ulong)cell.Evaluation.Seed);
            var shards = new ShardFolder(Path.Combine(folder.Shards, System.FormattableString.Invariant($"snapshot-{snapshot}-{key[..8]}")), device, log);
            using var samples = SampleDrawer.Draw(
                model, sampler, choice.Samples, seed, cell.Evaluation.BatchSize, device, progress, cancellation, values: dataset.Spec.Values, shards: shards);
            var row = quality.Evaluate(samples.Images, samples.Labels, [MetricNames.Deciding(dataset.Spec.Values)], cancellation)[0];
            scores.Add(new SnapshotScore(snapshot, row.Value, row.N, quality.Reference));
            CsvFile.Write(file, scores);
            shards.Remove();
        }
        return scores.MinBy(score => score.Value)!;
    }
}
