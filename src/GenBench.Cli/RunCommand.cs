using System.CommandLine;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Native;
using Spectre.Console;

namespace GenBench.Cli;

/// <summary><c>genbench run EXPERIMENT.json</c>: trains and evaluates every cell, then prints the table.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("EXPERIMENT.json") { Description = "The experiment file." };
        var results = new Option<string>("--results") { Description = "Root of the results.", DefaultValueFactory = _ => "results" };
        var data = CommonOptions.Data();
        var device = CommonOptions.Device();
        var workers = new Option<int>("--workers") { Description = "Cells run at a time.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int?>("--threads") { Description = "CPU threads of each cell (default: the processors shared among the workers)." };
        var only = new Option<string?>("--only") { Description = "Run only cells whose id fits this glob." };
        var retry = new Option<bool>("--retry-failed") { Description = "Run failed cells again." };
        var retries = new Option<int>("--retries") { Description = "How often a cell whose process crashed, was killed or hung is started again.", DefaultValueFactory = _ => RunOptions.DefaultRetries };
        var stall = new Option<double>("--stall") { Description = "Seconds of silence after which a cell counts as hung; 0 for never.", DefaultValueFactory = _ => RunOptions.DefaultStallSeconds };
        var dry = new Option<bool>("--dry-run") { Description = "Validate the experiment and estimate time and disk from a short calibration; run nothing." };
        var plugin = CommonOptions.Plugin();
        var command = new Command("run", "Run an experiment: train, evaluate, report.") { file, results, data, device, workers, threads, only, retry, retries, stall, dry, plugin };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new RunOptions
            {
                Results = parsed.GetValue(results)!,
                Data = parsed.GetValue(data)!,
                Device = parsed.GetValue(device)!,
                Workers = parsed.GetValue(workers),
                Threads = parsed.GetValue(threads),
                Only = parsed.GetValue(only),
                RetryFailed = parsed.GetValue(retry),
                Retries = parsed.GetValue(retries),
                StallSeconds = parsed.GetValue(stall),
                Plugins = parsed.GetValue(plugin)!,
            };
            // On another thread: the signal handlers are only in place once the action has returned its task.
            return Task.Run(() => RunAsync(parsed.GetValue(file)!, options, parsed.GetValue(dry), cancellation), CancellationToken.None);
        });
        return command;
    }

    private static async Task<int> RunAsync(string file, RunOptions options, bool dryRun, CancellationToken cancellation)
    {
        Console.SetOut(new LastingWriter(Console.Out));
        Console.SetError(new LastingWriter(Console.Error));
        options.Validate();
        TorchLibrary.Load();
        Devices.Parse(options.Device);
        var registry = Plugins.Load(options.Plugins).Recalling(options.Results);
        var experiment = ExperimentFile.Read(file, registry, MetricNames.All);
        if (dryRun)
            return await DryRun.RunAsync(experiment, registry, Self(), options, cancellation);

        var (cells, controls) = (ExperimentJobs.Select(experiment, options.Only), ControlJobs.Select(experiment, options.Only));
        var progress = new DataProgressLines(TimeProvider.System);
        var checksums = ExperimentJobs.Checksums(cells, options.Data, registry, progress);
        var controlled = ControlJobs.Checksums(controls, options.Data, registry, progress);
        var folder = Path.Combine(options.Results, experiment.Name);
        using var hold = RunLock.Take(folder);
        IReadOnlyList<Job> jobs =
        [
            .. ExperimentJobs.Prepare(cells, experiment.Cells, checksums, folder, options, registry, note => Console.Error.WriteLine($"genbench: {note}")),
            .. ControlJobs.Prepare(controls, controlled, folder),
        ];
        using var display = RunDisplay.For(AnsiConsole.Console, options.Workers);
        var code = await new Supervisor(Self(), options, display, Devices.GpuCount).RunAsync(jobs, cancellation);
        display.Stop();
        if (code == ExitCodes.Interrupted)
        {
            Console.Error.WriteLine("genbench: interrupted; the same command goes on where it stopped");
            return code;
        }
        if (!Report(folder))
            code = ExitCodes.CellsFailed;
        display.Summarise(AnsiConsole.Console, jobs);
        return code;
    }

    /// <summary>Builds the report, or says why there is none: the disk may be full.</summary>
    private static bool Report(string folder)
    {
        try
        {
            ReportCommand.Build([folder], Path.Combine(folder, "report"));
            return true;
        }
        catch (Exception error) when (error is BadInputException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"genbench: no report: {error.Message.ReplaceLineEndings(" ")}; 'genbench report {folder}' builds it");
            return false;
        }
    }

    /// <summary>This program, to be started again as a child.</summary>
    private static ChildCommand Self()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? new ChildCommand(process, typeof(RunCommand).Assembly.Location)
            : new ChildCommand(process);
    }
}
