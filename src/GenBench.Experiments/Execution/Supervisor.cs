using System.Collections.Concurrent;

namespace GenBench.Experiments.Execution;

/// <summary>
/// Runs every job of an experiment in a child process of its own, so that a crash costs that job alone. With several
/// workers, cost is measured in a last phase in which one cell runs at a time.
/// <para>A child that crashed, was killed or hung is started again, as often as the options say, and goes on from its
/// checkpoint. What a cell says itself (divergence, bad input, a full disk) would come again, and is not tried again.</para>
/// <para>What keeps a job from being run at all is its failure, and costs no other.</para>
/// </summary>
/// <param name="command">How to start this program again.</param>
/// <param name="options">How to run.</param>
/// <param name="reporter">Hears what happens.</param>
/// <param name="gpus">CUDA devices there are.</param>
public sealed class Supervisor(ChildCommand command, RunOptions options, IRunReporter reporter, int gpus = 0)
{
    private readonly DevicePool _devices = new(options.Device, options.Workers, gpus);
    private readonly ConcurrentDictionary<string, CellStatus> _ends = new();

    /// <summary>A terminal tells the child of Ctrl-C as well, which may end before this process has heard of it.</summary>
    private static readonly TimeSpan SameSignal = TimeSpan.FromSeconds(1);

    /// <summary>Runs the jobs in their order, but first those that an earlier run began and last those that it completed, which
    /// only look whether anything is new.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        reporter.Started(jobs);
        var due = jobs.Where(Due).OrderBy(job => StatusFile.Read(job.Folder)?.State switch { null or CellStatus.Waiting => 1, CellStatus.Complete or CellStatus.Untimed => 2, _ => 0 }).ToArray();
        if (options.Workers == 1)
        {
            await RunAllAsync(due, workers: 1, costToo: true, cancellation).ConfigureAwait(false);
        }
        else
        {
            var evaluated = due.Where(job => job.TimesSampling && StatusFile.Read(job.Folder)?.State is CellStatus.Complete or CellStatus.Untimed).ToHashSet();
            await RunAllAsync([.. due.Except(evaluated)], options.Workers, costToo: false, cancellation).ConfigureAwait(false);
            await RunAllAsync([.. due.Where(job => evaluated.Contains(job) || Ended(job, CellStatus.Untimed))], workers: 1, costToo: true, cancellation).ConfigureAwait(false);
        }
        foreach (var job in due.Where(job => _ends.TryGetValue(job.Id, out var end) && StatusFile.Read(job.Folder) != end)) // the disk was full, and may have room by now
            RunningJob.Save(job, _ends[job.Id], reporter);
        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted
            : jobs.All(job => Ended(job, CellStatus.Complete)) ? ExitCodes.Success
            : ExitCodes.CellsFailed;
    }

    private bool Ended(Job job, string state) => _ends.GetValueOrDefault(job.Id)?.State == state;

    private bool Due(Job job)
    {
        if (StatusFile.Read(job.Folder) is not { State: CellStatus.Failed } status || options.RetryFailed)
            return true;
        reporter.Changed(job, status);
        return false;
    }

    private async Task RunAllAsync(IReadOnlyList<Job> jobs, int workers, bool costToo, CancellationToken cancellation)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers };
        await Parallel.ForEachAsync(jobs, parallel, async (job, _) =>
        {
            if (cancellation.IsCancellationRequested)
                return;
            var device = _devices.Take();
            try
            {
                _ends[job.Id] = await RunJobAsync(job, device, costToo, cancellation).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                _ends[job.Id] = new CellStatus(CellStatus.Failed, error.Message.ReplaceLineEndings(" "), null);
                reporter.Changed(job, _ends[job.Id]);
            }
            _devices.Return(device);
        }).ConfigureAwait(false);
    }

    /// <returns>How the job ended.</returns>
    private async Task<CellStatus> RunJobAsync(Job job, string device, bool costToo, CancellationToken cancellation)
    {
        var running = new RunningJob(job, reporter, TimeProvider.System);
        List<string> arguments = [.. job.Arguments(options, device)];
        if (!costToo)
            arguments.Add("--skip-cost");
        ChildEnding ending;
        for (var retry = 1; ; retry++)
        {
            ending = await ChildProcess.RunAsync(command, arguments, running.Heard, options.StallAfter, cancellation).ConfigureAwait(false);
            if (ending.ExitCode == ExitCodes.Interrupted)
                await Task.Delay(SameSignal, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ending.Crashed || cancellation.IsCancellationRequested)
                break;
            running.Note(ending.Reason);
            if (retry > options.Retries)
                break;
            running.Note(System.FormattableString.Invariant($"started again, retry {retry} of {options.Retries}"));
        }
        running.Set(ending.ExitCode switch
        {
            ExitCodes.Success => new CellStatus(costToo || !job.TimesSampling ? CellStatus.Complete : CellStatus.Untimed, "", 0),
            ExitCodes.Interrupted when cancellation.IsCancellationRequested => new CellStatus(CellStatus.Interrupted, "", ending.ExitCode),
            _ when cancellation.IsCancellationRequested => new CellStatus(CellStatus.Interrupted, ending.Reason, ending.ExitCode),
            _ => new CellStatus(CellStatus.Failed, ending.Reason, ending.ExitCode),
        });
        return running.Status;
    }
}
