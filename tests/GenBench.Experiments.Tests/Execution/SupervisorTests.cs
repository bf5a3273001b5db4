using System.Collections.Concurrent;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;

namespace GenBench.Tests.Experiments.Execution;

/// <summary>The supervisor with a shell script for a child.</summary>
public sealed class SupervisorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("genbench-supervisor-").FullName;
    private readonly Recorder recorder = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed class Recorder : IRunReporter
    {
        public ConcurrentQueue<(string Id, CellMessage Message)> Messages { get; } = new();

        public ConcurrentQueue<string> States { get; } = new();

        public void Started(IReadOnlyList<Job> jobs)
        {
        }

        public void Heard(Job job, CellMessage message) => Messages.Enqueue((job.Id, message));

        public void Changed(Job job, CellStatus status) => States.Enqueue($"{job.Id} {status.State}");
    }

    private Supervisor WithChild(string script, bool retryFailed = false, int workers = 1, params string[] plugins)
    {
        var path = Path.Combine(folder, "child.sh");
        File.WriteAllText(path, script);
        var options = new RunOptions { Results = folder, Data = "data", Device = "cpu", Threads = 1, RetryFailed = retryFailed, Workers = workers, Plugins = plugins };
        return new Supervisor(new ChildCommand("/bin/sh", path), options, recorder);
    }

    private Job[] Jobs(params string[] names) => [.. names.Select(name =>
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        return new Job(name, new CellFolder(path));
    })];

    private static string State(Job job) => Supervisor.StatusOf(job.Folder)!.State;

    [Fact]
    public async Task A_failing_cell_costs_itself_alone_and_says_why()
    {
        var jobs = Jobs("one", "bad", "two");
        var supervisor = WithChild("case \"$2\" in *bad*) echo '{\"failure\":\"no luck\"}'; exit 1;; esac");
        Assert.Equal(ExitCodes.CellsFailed, await supervisor.RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal(["complete", "failed", "complete"], jobs.Select(State));
        Assert.Equal(new CellStatus("failed", "no luck", 1), Supervisor.StatusOf(jobs[1].Folder));
    }

    [Fact]
    public async Task A_child_killed_by_a_signal_is_a_failure_that_names_the_signal()
    {
        var jobs = Jobs("killed");
        await WithChild("echo last words >&2; kill -9 $$").RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal("ended by signal 9: last words", Supervisor.StatusOf(jobs[0].Folder)!.Reason);
    }

    [Fact]
    public async Task A_failed_cell_is_run_again_only_when_asked()
    {
        var jobs = Jobs("cell");
        await WithChild("exit 1").RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.CellsFailed, await WithChild("exit 0").RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal("failed", State(jobs[0]));
        Assert.Equal(ExitCodes.Success, await WithChild("exit 0", retryFailed: true).RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal("complete", State(jobs[0]));
    }

    [Fact]
    public async Task Interruption_ends_the_childs_input_and_the_cell_can_go_on()
    {
        var jobs = Jobs("cell", "never");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        // The child waits for the end of its input, as a cell does, and then ends as an interrupted one.
        Assert.Equal(ExitCodes.Interrupted, await WithChild("cat > /dev/null; exit 130").RunAsync(jobs, stop.Token));
        Assert.Equal("interrupted", State(jobs[0]));
        Assert.Null(Supervisor.StatusOf(jobs[1].Folder));
    }

    [Fact]
    public async Task Messages_reach_the_reporter_and_stray_output_does_not_disturb()
    {
        await WithChild("echo stray; echo '{\"phase\":\"training\",\"fraction\":0.5,\"loss\":\"NaN\"}'; echo '{broken'")
            .RunAsync(Jobs("cell"), TestContext.Current.CancellationToken);
        var message = Assert.Single(recorder.Messages).Message;
        Assert.Equal(("training", 0.5), (message.Phase, message.Fraction));
        Assert.True(double.IsNaN(message.Loss!.Value));
    }

    [Fact]
    public async Task Several_workers_leave_cost_to_a_last_phase_of_its_own()
    {
        var jobs = Jobs("a", "b");
        await WithChild($"echo \"$*\" >> {folder}/calls", workers: 2).RunAsync(jobs, TestContext.Current.CancellationToken);
        var calls = await File.ReadAllLinesAsync(Path.Combine(folder, "calls"), TestContext.Current.CancellationToken);
        Assert.Equal(4, calls.Length);
        Assert.All(calls[..2], call => Assert.EndsWith("--skip-cost", call, StringComparison.Ordinal));
        Assert.All(calls[2..], call => Assert.DoesNotContain("--skip-cost", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plug_ins_are_passed_on_to_the_children()
    {
        await WithChild($"echo \"$*\" > {folder}/call", plugins: ["/a.dll", "/b.dll"]).RunAsync(Jobs("cell"), TestContext.Current.CancellationToken);
        Assert.EndsWith("--plugin /a.dll --plugin /b.dll\n", await File.ReadAllTextAsync(Path.Combine(folder, "call"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_serves_one_run_at_a_time()
    {
        using (RunLock.Take(folder))
            Assert.Contains("another run", Assert.Throws<GenBench.Core.BadInputException>(() => RunLock.Take(folder)).Message, StringComparison.Ordinal);
        RunLock.Take(folder).Dispose();
    }
}
