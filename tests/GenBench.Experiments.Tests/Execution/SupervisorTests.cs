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

    private Supervisor WithChild(
        string script, bool retryFailed = false, int workers = 1, int retries = 0, double stall = 0, IReadOnlyList<string>? plugins = null)
    {
        var path = Path.Combine(folder, "child.sh");
        File.WriteAllText(path, script);
        var options = new RunOptions
        {
            Results = folder,
            Data = "data",
            Device = "cpu",
            Threads = 1,
            RetryFailed = retryFailed,
            Workers = workers,
            Retries = retries,
            StallSeconds = stall,
            Plugins = plugins ?? [],
        };
        return new Supervisor(new ChildCommand("/bin/sh", path), options, recorder);
    }

    private Job[] Jobs(params string[] names) => [.. names.Select(name =>
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        return new Job(name, new CellFolder(path));
    })];

    private static (string State, string Reason, int? ExitCode) Ending(Job job) =>
        StatusFile.Read(job.Folder) is { } status ? (status.State, status.Reason, status.ExitCode) : ("", "", null);

    private int Calls(Job job) => File.ReadLines(Path.Combine(folder, "calls")).Count(call => call.Contains(job.Folder.Path, StringComparison.Ordinal));

    private static string State(Job job) => StatusFile.Read(job.Folder)!.State;

    [Fact]
    public async Task A_failing_cell_costs_itself_alone_and_says_why()
    {
        var jobs = Jobs("one", "bad", "two");
        var supervisor = WithChild("case \"$2\" in *bad*) echo '{\"failure\":\"no luck\"}'; exit 1;; esac");
        Assert.Equal(ExitCodes.CellsFailed, await supervisor.RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal(["complete", "failed", "complete"], jobs.Select(State));
        Assert.Equal(("failed", "no luck", 1), Ending(jobs[1]));
    }

    [Fact]
    public async Task A_crash_in_one_cell_of_twelve_costs_one_cell()
    {
        var jobs = Jobs([.. Enumerable.Range(1, 12).Select(i => $"cell-{i:00}")]);
        var supervisor = WithChild("case \"$2\" in *07*) echo '{\"phase\":\"training vae\",\"step\":120}'; kill -ABRT $$;; esac", workers: 3);
        Assert.Equal(ExitCodes.CellsFailed, await supervisor.RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal(["cell-07"], jobs.Where(job => State(job) != "complete").Select(job => job.Id));
        Assert.Equal(("failed", "aborted (signal 6, SIGABRT) in training vae at step 120", 134), Ending(jobs[6]));
    }

    [Fact]
    public async Task A_child_killed_by_a_signal_is_a_failure_that_names_the_signal_and_its_last_words()
    {
        var jobs = Jobs("killed");
        await WithChild("echo last words >&2; kill -9 $$").RunAsync(jobs, TestContext.Current.CancellationToken);
        const string Reason = "killed (signal 9, SIGKILL; the system does so where memory runs out): last words";
        Assert.Equal(("failed", Reason, 137), Ending(jobs[0]));
        Assert.Contains(Reason, await File.ReadAllTextAsync(jobs[0].Folder.Log, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -9 $$", 3)]
    [InlineData("exit 127", 3)] // what a missing native symbol ends with
    [InlineData("exit 130", 3)] // told to stop, and not by the run
    [InlineData("exit 1", 1)]
    [InlineData("exit 2", 1)]
    public async Task What_crashed_is_tried_again_and_what_a_cell_says_itself_is_not(string ending, int calls)
    {
        var jobs = Jobs("cell");
        await WithChild($"echo \"$*\" >> {folder}/calls; {ending}", retries: 2).RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal(calls, Calls(jobs[0]));
        Assert.Equal("failed", State(jobs[0]));
    }

    [Fact]
    public async Task A_child_that_cannot_be_started_fails_its_cell()
    {
        var jobs = Jobs("cell");
        var options = new RunOptions { Results = folder, Data = "data", Retries = 0 };
        await new Supervisor(new ChildCommand(Path.Combine(folder, "nothing")), options, recorder).RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal(("failed", 127), (Ending(jobs[0]).State, Ending(jobs[0]).ExitCode));
        Assert.StartsWith("could not be started: ", Ending(jobs[0]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_attempt_that_succeeds_completes_the_cell()
    {
        var jobs = Jobs("cell");
        var supervisor = WithChild($"[ -e {folder}/once ] || {{ touch {folder}/once; kill -9 $$; }}", retries: 1);
        Assert.Equal(ExitCodes.Success, await supervisor.RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Contains(recorder.Messages, message => message.Message.Note == "started again, retry 1 of 1");
    }

    [Fact]
    public async Task A_child_that_says_nothing_for_too_long_is_killed()
    {
        var jobs = Jobs("hangs");
        await WithChild("echo '{\"phase\":\"training vae\",\"step\":7}'; exec sleep 60", stall: 1).RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal(("failed", "no sign of life for 1 s, killed in training vae at step 7", 137), Ending(jobs[0]));
    }

    [Fact]
    public async Task What_is_unfinished_comes_first_and_what_is_complete_last()
    {
        var jobs = Jobs("complete", "new", "begun");
        StatusFile.Write(jobs[0].Folder, new CellStatus("complete", "", 0) { Seconds = 100 });
        StatusFile.Write(jobs[2].Folder, new CellStatus("running", "", null) { Seconds = 50 });
        await WithChild($"echo \"$2\" >> {folder}/calls").RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal(["begun", "new", "complete"], (await File.ReadAllLinesAsync(Path.Combine(folder, "calls"), TestContext.Current.CancellationToken)).Select(Path.GetFileName));
        // Looking at a complete cell again is no part of what it took; going on is.
        Assert.Equal(100, StatusFile.Read(jobs[0].Folder)!.Seconds);
        Assert.InRange(StatusFile.Read(jobs[2].Folder)!.Seconds, 50.001, 60);
    }

    [Fact]
    public async Task A_status_that_cannot_be_written_costs_nothing_else()
    {
        var jobs = Jobs("gone", "stays");
        var supervisor = WithChild("case \"$2\" in *gone*) rm -r \"$2\";; esac");
        Assert.Equal(ExitCodes.Success, await supervisor.RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal("complete", State(jobs[1]));
        Assert.Contains(recorder.Messages, message => message.Id == "gone" && message.Message.Note!.StartsWith("status.json: ", StringComparison.Ordinal));
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
        Assert.Null(StatusFile.Read(jobs[1].Folder));
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
        Job[] jobs = [.. Jobs("a", "b").Select(job => job with { TimesSampling = true }), .. Jobs("baseline")];
        await WithChild($"echo \"$*\" >> {folder}/calls", workers: 2).RunAsync(jobs, TestContext.Current.CancellationToken);
        var calls = await File.ReadAllLinesAsync(Path.Combine(folder, "calls"), TestContext.Current.CancellationToken);
        Assert.Equal(5, calls.Length);
        Assert.All(calls[..3], call => Assert.EndsWith("--skip-cost", call, StringComparison.Ordinal));
        Assert.All(calls[3..], call => Assert.DoesNotContain("baseline", call, StringComparison.Ordinal));
        Assert.All(calls[3..], call => Assert.DoesNotContain("--skip-cost", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_stopped_before_the_last_phase_leaves_its_cells_untimed()
    {
        Job[] jobs = [.. Jobs("one", "two").Select(job => job with { TimesSampling = true }), .. Jobs("baseline")];
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var supervisor = WithChild("case \"$*\" in *--skip-cost*) exit 0;; esac; cat > /dev/null; exit 130", workers: 2);
        Assert.Equal(ExitCodes.Interrupted, await supervisor.RunAsync(jobs, stop.Token));
        Assert.Equal(["interrupted", "untimed", "complete"], jobs.Select(State));

        await WithChild($"echo \"$*\" >> {folder}/calls", workers: 2).RunAsync(jobs, TestContext.Current.CancellationToken);
        Assert.Equal(["complete", "complete", "complete"], jobs.Select(State));
        Assert.Equal([2, 1, 1], jobs.Select(Calls)); // what was evaluated is only timed
    }

    [Fact]
    public async Task A_status_that_cannot_be_read_costs_nothing()
    {
        var jobs = Jobs("broken", "whole");
        await File.WriteAllTextAsync(jobs[0].Folder.StatusJson, "{", TestContext.Current.CancellationToken);
        Assert.Equal("unreadable", State(jobs[0]));
        Assert.Equal(ExitCodes.Success, await WithChild("exit 0").RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal(["complete", "complete"], jobs.Select(State));
    }

    [Fact]
    public async Task A_job_that_cannot_be_run_at_all_fails_alone()
    {
        var jobs = Jobs("bad", "good");
        var supervisor = new Supervisor(new ChildCommand("/bin/true"), new RunOptions { Results = folder, Data = "data" }, new Deaf("bad"));
        Assert.Equal(ExitCodes.CellsFailed, await supervisor.RunAsync(jobs, TestContext.Current.CancellationToken));
        Assert.Equal(("failed", "cannot be heard"), (Ending(jobs[0]).State, Ending(jobs[0]).Reason));
        Assert.Equal("complete", State(jobs[1]));
    }

    /// <summary>Cannot bear to hear that a job runs.</summary>
    private sealed class Deaf(string id) : IRunReporter
    {
        public void Started(IReadOnlyList<Job> jobs)
        {
        }

        public void Heard(Job job, CellMessage message)
        {
        }

        public void Changed(Job job, CellStatus status)
        {
            if (job.Id == id && status.State == CellStatus.Running)
                throw new InvalidOperationException("cannot be heard");
        }
    }

    [Fact]
    public async Task Plug_ins_are_passed_on_to_the_children()
    {
        await WithChild($"echo \"$*\" > {folder}/call", plugins: ["/a.dll", "/b.dll"]).RunAsync(Jobs("cell"), TestContext.Current.CancellationToken);
        Assert.EndsWith("--plugin /a.dll --plugin /b.dll\n", await File.ReadAllTextAsync(Path.Combine(folder, "call"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
