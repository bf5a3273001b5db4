using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>Turns a validated experiment into prepared folders, one job each.</summary>
public static class ExperimentJobs
{
    /// <summary>Writes <c>cell.json</c> and <c>baseline.json</c> into their folders: baselines first, then the cells
    /// in the file's order. Datasets are opened here, so that a missing or broken file is said before anything trains.</summary>
    /// <exception cref="BadInputException">A dataset cannot be read, no cell fits <c>--only</c>, or results of other data stand there.</exception>
    public static IReadOnlyList<Job> Prepare(Experiment experiment, string folder, RunOptions options, Registry registry)
    {
        var cells = experiment.Cells.Where(cell => options.Only is null || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(options.Only, cell.Id)).ToArray();
        if (cells.Length == 0)
            throw new BadInputException($"--only {options.Only}: fits none of {string.Join(", ", experiment.Cells.Select(cell => cell.Id))}");
        var environment = RunEnvironment.Describe(options);
        var jobs = new List<Job>();
        foreach (var group in cells.GroupBy(cell => CellKeys.Dataset(cell.Dataset)))
        {
            var checksum = Checksum(group.First().Dataset, options.Data, registry);
            jobs.Insert(jobs.Count(job => File.Exists(job.Folder.BaselineJson)), PrepareBaseline(folder, group.Key, [.. group], checksum));
            jobs.AddRange(group.Select(cell => PrepareCell(folder, cell, checksum, environment, registry)));
        }
        return jobs;
    }

    private static string Checksum(DatasetChoice choice, string data, Registry registry)
    {
        using var dataset = registry.OpenDataset(choice, data);
        return dataset.Checksum;
    }

    private static Job PrepareBaseline(string folder, string datasetKey, IReadOnlyList<Cell> cells, string checksum)
    {
        var cell = cells[0];
        var counts = cells.SelectMany(each => each.Samplers.Select(sampler => sampler.Samples)).Distinct().Order().ToArray();
        var job = NewJob(folder, $"baseline-{cell.Dataset.Name}-{datasetKey[..8]}");
        CellDocuments.WriteBaseline(job.Folder.BaselineJson, new BaselineDocument(CellDocuments.FormatVersion, cell.Experiment, cell.Dataset, checksum, cell.Evaluation, counts));
        return job;
    }

    private static Job PrepareCell(string folder, Cell cell, string checksum, IReadOnlyDictionary<string, string> environment, Registry registry)
    {
        var job = NewJob(folder, cell.Id);
        if (File.Exists(job.Folder.TrainedJson) && CellDocuments.Read(job.Folder.CellJson).DatasetChecksum != checksum)
            throw new BadInputException($"{job.Folder.Path}: was trained on other pixels than {cell.Dataset.Name} has now; move it away, or restore the data");
        var model = registry.CreateModel(cell.Model, cell.Dataset.Data);
        using (model.Network)
            CellDocuments.Write(job.Folder.CellJson, new CellDocument(CellDocuments.FormatVersion, cell, checksum, environment, model.MacsPerEvaluation));
        return job;
    }

    private static Job NewJob(string folder, string id)
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
