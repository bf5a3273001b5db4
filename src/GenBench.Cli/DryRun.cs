using System.Globalization;
using GenBench.Experiments;
using GenBench.Experiments.Calibration;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Cli;

/// <summary><c>genbench run --dry-run</c>: the matrix with what it will cost, measured in a few seconds for each distinct model.</summary>
internal static class DryRun
{
    internal static async Task<int> RunAsync(Experiment experiment, Registry registry, ChildCommand self, RunOptions options, CancellationToken cancellation)
    {
        var cells = ExperimentJobs.Select(experiment, options.Only);
        var checksums = ExperimentJobs.Checksums(cells, options.Data, registry, new DataProgressLines(TimeProvider.System));
        var calibrations = await new MatrixCalibration(self, options, registry)
            .RunAsync(cells, checksums, Console.Error.WriteLine, cancellation);
        calibrations = cells.ToDictionary(cell => cell.Id, cell => Folder(cell, options).Trained() is null ? calibrations[cell.Id] : calibrations[cell.Id] with { TrainingSeconds = 0 });
        var done = cells.Where(cell => IsComplete(cell, options)).ToHashSet();
        foreach (var cell in cells)
        {
            var calibration = calibrations[cell.Id];
            Console.WriteLine($"{cell.Id}: {string.Join(", ", cell.Samplers.Select(sampler => $"{sampler.Label} x {sampler.Samples}"))}");
            Console.WriteLine($"  {Count(calibration.Parameters)} parameters, {Count(calibration.Macs)} MACs an evaluation, "
                + (done.Contains(cell) ? "complete" : $"{Time(calibration.Seconds)} (training {Time(calibration.TrainingSeconds)})") + $", {Size(calibration.Bytes)}");
        }
        foreach (var each in ControlJobs.Select(experiment, options.Only))
            Console.WriteLine($"{each.Id}: {string.Join(", ", each.Choices.Select(choice => $"{choice.Label} x {choice.Samples}"))}, not measured");
        var estimate = MatrixEstimate.Of([.. cells.Where(cell => !done.Contains(cell))], calibrations, options.Workers);
        Console.WriteLine($"{cells.Count} cells, {done.Count} of them complete; about {Time(estimate.Seconds)} with {options.Workers} worker{(options.Workers == 1 ? "" : "s")}, "
            + $"{Size(estimate.Bytes)} on the disk, at most {Size(estimate.PeakBytes)} on the way");
        return ExitCodes.Success;
    }

    private static bool IsComplete(Cell cell, RunOptions options) =>
        StatusFile.Read(Folder(cell, options))?.State == CellStatus.Complete && CellDocuments.Describes(Folder(cell, options).CellJson, cell);

    private static CellFolder Folder(Cell cell, RunOptions options) => new(Path.Combine(options.Results, cell.Experiment, cell.Id));

    private static string Time(double seconds) => $"{TimeSpan.FromSeconds(Math.Ceiling(seconds)):c}";

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
