using System.CommandLine;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Cli;

/// <summary><c>genbench status RESULTS_DIR</c>: how each cell stands, and the matrix as a whole.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("RESULTS_DIR") { Description = "results/<experiment>." };
        var command = new Command("status", "Say how each cell stands.") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!));
        return command;
    }

    /// <summary>The cells and baselines in an experiment's folder, by name.</summary>
    /// <exception cref="BadInputException">There are none.</exception>
    internal static IReadOnlyList<CellFolder> Cells(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BadInputException($"{folder}: no such folder; name a results/<experiment> folder");
        var cells = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(path => new CellFolder(path))
            .Where(cell => File.Exists(cell.CellJson) || File.Exists(cell.BaselineJson) || File.Exists(cell.ControlsJson)).ToArray();
        return cells.Length > 0 ? cells : throw new BadInputException($"{folder}: holds no cells; name a results/<experiment> folder");
    }

    private static int Run(string folder)
    {
        var cells = Cells(folder);
        var holder = RunLock.Holder(folder);
        var jobs = cells.Select(cell => (cell.Id, Cost: CostOf(cell), Status: StatusOf(cell, beingRun: holder is not null))).ToArray();
        foreach (var (id, _, status) in jobs)
            Console.WriteLine($"{id}: {Describe(status)}");
        var running = jobs.Count(job => job.Status.State == CellStatus.Running);
        var left = running > 0 ? MatrixTime.SecondsLeft([.. jobs.Select(job => JobTime.Of(job.Cost, job.Status))], running) : null;
        Console.WriteLine($"{MatrixProgress.Describe([.. jobs.Select(job => job.Status.State)], left)}"
            + (holder is null ? "; no run is using this folder" : $"; process {holder} is running it"));
        return jobs.Any(job => job.Status.State == CellStatus.Failed) ? ExitCodes.CellsFailed : ExitCodes.Success;
    }

    private static JobCost CostOf(CellFolder folder) => File.Exists(folder.CellJson) ? JobCost.Of(CellDocuments.Read(folder.CellJson)) : JobCost.None;

    /// <summary>A cell whose run was killed could not say so; the lock that a working child holds tells them apart.</summary>
    private static CellStatus StatusOf(CellFolder folder, bool beingRun)
    {
        var status = StatusFile.Read(folder) ?? new CellStatus(CellStatus.Waiting, "", null);
        return status.State != CellStatus.Running || RunLock.Holder(folder.Path) is not null ? status
            : beingRun ? status with { State = CellStatus.Waiting }
            : status with { State = CellStatus.Interrupted, Reason = "the run ended without a word; the same command goes on" };
    }

    private static string Describe(CellStatus status)
    {
        var took = status.State == CellStatus.Complete && status.Seconds > 0 ? $" in {TimeSpan.FromSeconds(Math.Round(status.Seconds)):c}" : "";
        var detail = status.Reason.Length > 0 ? status.Reason : status.State == CellStatus.Running && status.Progress is { } progress ? RunDisplay.Describe(progress) : "";
        return $"{status.State}{took}{(detail.Length > 0 ? $": {detail}" : "")}";
    }
}
