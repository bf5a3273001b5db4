using System.CommandLine;
using System.Globalization;
using GenBench.Experiments.Execution;

namespace GenBench.Cli;

/// <summary><c>genbench clean RESULTS_DIR</c>: removes what neither figures nor resumption need.</summary>
internal static class CleanCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("RESULTS_DIR") { Description = "results/<experiment>." };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would go; remove nothing." };
        var command = new Command("clean", "Remove checkpoints and shards of finished cells, and evaluations no longer asked for.") { folder, dry };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(dry)));
        return command;
    }

    private static int Run(string folder, bool dryRun)
    {
        StatusCommand.Cells(folder);
        using var hold = RunLock.Take(folder);
        var removables = Cleaning.Find(folder);
        foreach (var removable in removables)
        {
            if (!dryRun)
                Cleaning.Remove(removable);
            Console.WriteLine($"{Path.GetRelativePath(folder, removable.Path)}: {Size(removable.Bytes)}, {removable.Why}");
        }
        Console.WriteLine($"{Size(removables.Sum(removable => removable.Bytes))} {(dryRun ? "would be freed" : "freed")}");
        return ExitCodes.Success;
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
