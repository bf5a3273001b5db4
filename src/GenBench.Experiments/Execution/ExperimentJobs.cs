using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>Turns a validated experiment into prepared folders, one job each.</summary>
public static class ExperimentJobs
{
    /// <summary>The cells to run.</summary>
    /// <exception cref="BadInputException">Neither a cell nor a dataset's controls fit <c>--only</c>.</exception>
    public static IReadOnlyList<Cell> Select(Experiment experiment, string? only)
    {
        var cells = experiment.Cells.Where(cell => Fits(only, cell.Id)).ToArray();
        return cells.Length > 0 || ControlJobs.Select(experiment, only).Count > 0 ? cells
            : throw new BadInputException($"--only {only}: fits none of {string.Join(", ", experiment.Cells.Select(cell => cell.Id).Concat(experiment.Controls.Select(controls => controls.Id)))}");
    }

    /// <summary>Whether a job of this name is to run.</summary>
    internal static bool Fits(string? only, string id) => only is null || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(only, id);

    /// <summary>Opens every dataset, so that a missing or broken file is said before anything is written or trained.</summary>
    /// <returns>The checksum of each dataset by its <see cref="CellKeys.Dataset"/>.</returns>
    /// <exception cref="BadInputException">A dataset cannot be read, or its reference split is too small.</exception>
    public static IReadOnlyDictionary<string, string> Checksums(
        IReadOnlyList<Cell> cells, string data, Registry registry, IProgress<DataProgress>? progress = null) =>
        cells.GroupBy(cell => CellKeys.Dataset(cell.Dataset)).ToDictionary(group => group.Key, group =>
        {
            using var dataset = registry.OpenDataset(group.First().Dataset, data, progress);
            QualityEvaluator.ReferenceOf(dataset, group.First().Evaluation);
            if (group.Any(cell => cell.ChoosesSnapshot))
                SnapshotSelection.ReferenceOf(dataset);
            return dataset.Checksum;
        });

    /// <summary>Writes <c>cell.json</c> and <c>baseline.json</c> into their folders.</summary>
    /// <param name="cells">The cells to run.</param>
    /// <param name="all">All cells of the experiment: baselines stand beside every number of samples in it, whichever cells are run.</param>
    /// <param name="checksums">What <see cref="Checksums"/> gave.</param>
    /// <param name="folder">The experiment's folder in the results.</param>
    /// <param name="options">How they will be run.</param>
    /// <param name="registry">The models, samplers and datasets there are.</param>
    /// <param name="note">Told what the user should know and is no error, in one line each.</param>
    /// <returns>A job for each, the longest first, so that none is left to run alone in the end.</returns>
    /// <exception cref="BadInputException">Results of other data or a training half done by another build of a plug-in stand there, or
    /// the folder cannot be written to.</exception>
    public static IReadOnlyList<Job> Prepare(
        IReadOnlyList<Cell> cells, IReadOnlyList<Cell> all, IReadOnlyDictionary<string, string> checksums, string folder, RunOptions options, Registry registry,
        Action<string>? note = null)
    {
        var environment = RunEnvironment.Describe(options);
        var jobs = new List<Job>();
        foreach (var group in cells.GroupBy(cell => CellKeys.Dataset(cell.Dataset)))
        {
            var checksum = checksums[group.Key];
            jobs.AddRange(group.Select(cell => PrepareCell(folder, cell, checksum, environment, registry, note)));
            jobs.Add(PrepareBaseline(folder, group.Key, [.. all.Where(cell => CellKeys.Dataset(cell.Dataset) == group.Key)], checksum));
        }
        return [.. jobs.OrderByDescending(job => job.Cost.Work)];
    }

    private static Job PrepareBaseline(string folder, string datasetKey, IReadOnlyList<Cell> cells, string checksum)
    {
        var cell = cells[0];
        var counts = cells.SelectMany(each => each.Samplers.Select(sampler => sampler.Samples)).Distinct().Order().ToArray();
        var job = NewJob(folder, $"baseline-{cell.Dataset.Name}-{datasetKey[..8]}");
        var document = new BaselineDocument(CellDocuments.FormatVersion, cell.Experiment, cell.Dataset, checksum, cell.Evaluation, counts);
        Ask(job, job.Folder.BaselineJson, document, CellDocuments.ReadBaseline, CellDocuments.WriteBaseline);
        return job;
    }

    private static Job PrepareCell(
        string folder, Cell cell, string checksum, IReadOnlyDictionary<string, string> environment, Registry registry, Action<string>? note)
    {
        var job = NewJob(folder, cell.Id);
        var begun = File.Exists(job.Folder.TrainedJson) || Directory.Exists(job.Folder.Checkpoints);
        var before = begun && File.Exists(job.Folder.CellJson) ? CellDocuments.Read(job.Folder.CellJson) : null;
        if (before is not null && before.DatasetChecksum != checksum)
            throw new BadInputException($"{job.Folder.Path}: was trained on other pixels than {cell.Dataset.Name} has now; move it away, or restore the data");
        if (before is not null && before.Cell.Model.Plugin != cell.Model.Plugin)
            cell = OfAnotherBuild(job, cell, before.Cell.Model.Plugin, note);
        if (before is not null && File.Exists(job.Folder.TrainedJson))
            environment = before.Environment; // of the training, not of who looks at it later
        var model = registry.CreateModel(cell.Model, cell.Dataset.Data);
        using var network = model.Network;
        var document = new CellDocument(CellDocuments.FormatVersion, cell, checksum, environment, model.MacsPerEvaluation) { Work = CellWork.Of(cell, model, registry) };
        if (before is not null && !CellDocuments.Same(before.Cell, cell))
            AskMore(job);
        CellDocuments.Write(job.Folder.CellJson, document);
        return job with { Cost = JobCost.Of(document), TimesSampling = cell.Evaluation.Cost is not null };
    }

    /// <summary>A trained cell keeps the build of the plug-in that trained it; a half trained one must not be a bit of both.</summary>
    private static Cell OfAnotherBuild(Job job, Cell cell, PluginInfo? before, Action<string>? note)
    {
        var build = $"another build of {(before ?? cell.Model.Plugin)!.File} than the present one";
        if (!File.Exists(job.Folder.TrainedJson))
            throw new BadInputException($"{job.Folder.Path}: was begun by {build}; give that one, raise the Version of '{cell.Model.Kind}' to train anew, or delete the folder");
        note?.Invoke($"{job.Id}: was trained by {build}, and stays; raise the Version of '{cell.Model.Kind}' where the weights would differ");
        return cell with { Model = cell.Model with { Plugin = before } };
    }

    /// <summary>Writes what is asked of a job, which may not be complete any more where that is not what was asked before.</summary>
    internal static void Ask<T>(Job job, string path, T document, Func<string, T> read, Action<string, T> write)
    {
        if (File.Exists(path) && !CellDocuments.Same(read(path), document))
            AskMore(job);
        write(path, document);
    }

    private static void AskMore(Job job)
    {
        if (StatusFile.Read(job.Folder) is { State: CellStatus.Complete or CellStatus.Untimed } status)
            StatusFile.Write(job.Folder, status with { State = CellStatus.Waiting, ExitCode = null });
    }

    internal static Job NewJob(string folder, string id)
    {
        var path = Path.Combine(folder, id);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException($"{path}: no permission to write results there; choose another folder with --results", error);
        }
        return new Job(id, new CellFolder(path));
    }
}
