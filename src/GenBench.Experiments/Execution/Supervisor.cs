using System.Globalization;
using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>
/// Runs every job of an experiment in a child process of its own, so that a crash costs that job alone. With several
/// workers, cost is measured in a last phase in which one cell runs at a time.
/// </summary>
/// <param name="command">How to start this program again.</param>
/// <param name="options">How to run.</param>
/// <param name="reporter">Hears what happens.</param>
public sealed class Supervisor(ChildCommand command, RunOptions options, IRunReporter reporter)
{
    /// <summary>Runs the jobs; a job that is complete ends at once, one that was interrupted goes on.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        reporter.Started(jobs);
        var due = jobs.Where(Due).ToArray();
        if (options.Workers == 1)
        {
            await RunAllAsync(due, workers: 1, costToo: true, cancellation).ConfigureAwait(false);
        }
        else
        {
            await RunAllAsync(due, options.Workers, costToo: false, cancellation).ConfigureAwait(false);
            await RunAllAsync([.. due.Where(job => StatusOf(job.Folder)?.State == "complete")], workers: 1, costToo: true, cancellation).ConfigureAwait(false);
        }
        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted
            : jobs.All(job => StatusOf(job.Folder)?.State == "complete") ? ExitCodes.Success
            : ExitCodes.CellsFailed;
    }

    /// <summary>How a cell stands by its <c>status.json</c>; null where it never started.</summary>
    /// <exception cref="BadInputException">The file is broken.</exception>
    public static CellStatus? StatusOf(CellFolder folder)
    {
        try
        {
            return File.Exists(folder.StatusJson)
                ? JsonSerializer.Deserialize<CellStatus>(File.ReadAllText(folder.StatusJson), JsonSerializerOptions.Web)
                : null;
        }
        catch (JsonException error)
        {
            throw new BadInputException($"{folder.StatusJson}: {error.Message.ReplaceLineEndings(" ")}; delete it and run the experiment again", error);
        }
    }

    private bool Due(Job job)
    {
        var status = StatusOf(job.Folder);
        if (status?.State != "failed" || options.RetryFailed)
            return true;
        reporter.Changed(job, status);
        return false;
    }

    private async Task RunAllAsync(IReadOnlyList<Job> jobs, int workers, bool costToo, CancellationToken cancellation)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers };
        await Parallel.ForEachAsync(jobs, parallel, async (job, _) =>
        {
            if (!cancellation.IsCancellationRequested)
                await RunJobAsync(job, costToo, cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task RunJobAsync(Job job, bool costToo, CancellationToken cancellation)
    {
        Set(job, new CellStatus("running", "", null));
        List<string> arguments =
        [
            "cell", job.Folder.Path, "--supervised", "--data", options.Data, "--device", options.Device,
            "--threads", options.ThreadsPerCell.ToString(CultureInfo.InvariantCulture),
            .. options.Plugins.SelectMany(plugin => new[] { "--plugin", plugin }),
        ];
        if (!costToo)
            arguments.Add("--skip-cost");
        var ending = await ChildProcess.RunAsync(command, arguments, message => reporter.Heard(job, message), cancellation).ConfigureAwait(false);
        Set(job, ending.ExitCode switch
        {
            ExitCodes.Success => new CellStatus("complete", "", 0),
            ExitCodes.Interrupted => new CellStatus("interrupted", "", ending.ExitCode),
            _ when cancellation.IsCancellationRequested => new CellStatus("interrupted", ending.Reason, ending.ExitCode),
            _ => new CellStatus("failed", ending.Reason, ending.ExitCode),
        });
    }

    private void Set(Job job, CellStatus status)
    {
        AtomicFile.WriteText(job.Folder.StatusJson, JsonSerializer.Serialize(status, JsonSerializerOptions.Web) + "\n");
        reporter.Changed(job, status);
    }
}
