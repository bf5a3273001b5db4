using System.CommandLine;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;

namespace GenBench.Cli;

/// <summary><c>genbench status RESULTS_DIR</c>: how each cell stands.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("RESULTS_DIR") { Description = "results/<experiment>." };
        var command = new Command("status", "Say how each cell stands.") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!));
        return command;
    }

    private static int Run(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BadInputException($"{folder}: no such folder; name a results/<experiment> folder");
        var cells = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(path => new CellFolder(path))
            .Where(cell => File.Exists(cell.CellJson) || File.Exists(cell.BaselineJson) || File.Exists(cell.ControlsJson)).ToArray();
        if (cells.Length == 0)
            throw new BadInputException($"{folder}: holds no cells; name a results/<experiment> folder");
        var failed = false;
        foreach (var cell in cells)
        {
            var status = Supervisor.StatusOf(cell) ?? new CellStatus("waiting", "", null);
            failed |= status.State == "failed";
            Console.WriteLine($"{cell.Id}: {status.State}{(status.Reason.Length > 0 ? $": {status.Reason}" : "")}");
        }
        return failed ? ExitCodes.CellsFailed : ExitCodes.Success;
    }
}
