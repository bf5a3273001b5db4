using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GenBench.Experiments.Results;

namespace GenBench.Tests.Cli;

/// <summary>What can happen to a cell, caused, and seen as its users see it: in the exit code and in <c>genbench status</c>.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        foreach (var left in RunningProcesses.Of(folder.Path)) // by a test that failed: they would run for hours
            Signal("KILL", left);
        RunningProcesses.AssertNone(folder.Path);
        folder.Dispose();
    }

    private string Results => Path.Combine(folder.Path, "results");

    private string Tree => Path.Combine(Results, "fail");

    private string Write(string models, string training = "\"steps\": 20") => folder.File("fail.json", $$"""
        {
          "name": "fail",
          "datasets": [{ "name": "shapes", "resolution": 16, "train": 256, "validation": 0, "test": 100 }],
          "models": [{{models}}],
          "training": { {{training}}, "batchSize": 16, "checkpointSeconds": 0, "logEvery": 1 },
          "evaluation": { "samples": 40, "batchSize": 10, "metrics": ["is_clf"] }
        }
        """);

    private const string Vae = """{ "kind": "vae", "options": { "latent": 2, "channels": 4 } }""";

    /// <summary>Samples for minutes: 100,000 evaluations of a small network in batches of 10 images.</summary>
    private const string LongSampling = """
        { "kind": "ddpm", "options": { "channels": 8, "multipliers": [1], "attention": [], "timesteps": 200 },
          "samplers": [{ "kind": "ddpm", "samples": 5000 }], "training": { "steps": 2 } }
        """;

    /// <summary>Trains for hours, and writes a checkpoint only where it is stopped.</summary>
    private const string LongTraining =
        """{ "kind": "vae", "options": { "latent": 2, "channels": 4 }, "training": { "steps": 10000000, "logEvery": 1000, "checkpointSeconds": 86400 } }""";

    private string[] Arguments(string file, params string[] more) => ["run", file, "--results", Results, "--device", "cpu", "--threads", "1", .. more];

    private Process Start(string file, params string[] more) => Silently(GenbenchProcess.Start(Arguments(file, more)));

    /// <summary>A full pipe would stop it.</summary>
    private static Process Silently(Process process)
    {
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <param name="name">E.g. <c>TERM</c>.</param>
    /// <param name="process">A process, or a group of them by its negative number.</param>
    private static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", "--", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The child, once something holds of the results.</summary>
    private int ChildWhen(Process run, Func<bool> ready)
    {
        while (!run.HasExited)
        {
            if (Directory.Exists(Tree) && ready() && RunningProcesses.Of(Results, cellsAlone: true) is [var child, ..])
                return child;
            Thread.Sleep(20);
        }
        throw new InvalidOperationException("the run ended too early");
    }

    private bool Sampling() => Directory.GetFiles(Tree, "*.safetensors", SearchOption.AllDirectories).Any(path => path.Contains("/shards/", StringComparison.Ordinal));

    private bool Training() => Directory.GetFiles(Tree, "log.txt", SearchOption.AllDirectories).Any(path => File.ReadAllText(path).Contains("stage vae begins", StringComparison.Ordinal));

    private string Status(int code)
    {
        var status = GenbenchProcess.Run("status", Tree);
        Assert.True(status.ExitCode == code, status.Output + status.Error);
        return status.Output;
    }

    [Fact]
    public void Divergence_names_step_loss_and_gradient_norm_keeps_the_checkpoint_before_it_and_costs_that_cell_alone()
    {
        var diverging = """{ "kind": "realnvp", "options": { "scales": 1, "channels": 4 }, "training": { "learningRate": 10, "steps": 200 } }""";
        var run = GenbenchProcess.Run(Arguments(Write($"{Vae}, {diverging}")));
        Assert.True(run.ExitCode == 1, run.Output + run.Error);
        var line = Assert.Single(Status(code: 1).Split('\n'), line => line.Contains(": failed", StringComparison.Ordinal));
        Assert.Matches("training diverged in stage '.*' at step [0-9]+: loss of '.*' .*, gradient norm .*", line);
        Assert.Contains("2 of 3 complete, 1 failed", run.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(new CellFolder(Path.Combine(Tree, line.Split(':')[0])).Checkpoints));
    }

    [Fact]
    public void A_child_that_is_killed_or_aborts_is_started_again_and_goes_on_and_one_that_hangs_is_killed()
    {
        using var run = Start(Write(LongSampling), "--stall", "30", "--retries", "2");
        string Log() => File.ReadAllText(Path.Combine(Directory.GetDirectories(Tree, "ddpm-*").Single(), "log.txt"));
        int InAttempt(int number) => ChildWhen(run, () => Sampling() && Log().Split("sampling 5000").Length == number + 1);
        Signal("KILL", InAttempt(1));
        for (var second = InAttempt(2); RunningProcesses.Of(Results, cellsAlone: true).Contains(second); Thread.Sleep(50))
            Signal("ABRT", second); // more than once, as abort() does: the first is .NET's, which returns from it
        var last = InAttempt(3);
        var running = Status(code: 0);
        Assert.Contains("1 running", running, StringComparison.Ordinal);
        Assert.Contains($"process {run.Id} is running it", running, StringComparison.Ordinal);
        Assert.Contains($"process {run.Id}", GenbenchProcess.Run(Arguments(Write(LongSampling))).Error, StringComparison.Ordinal);
        Signal("STOP", last);
        run.WaitForExit();
        Assert.Equal(1, run.ExitCode);
        var status = Status(code: 1);
        Assert.True(Regex.IsMatch(status, "ddpm-.*: failed: no sign of life for 30 s, killed in sampling ddpm at step [0-9]+"), status);
        Assert.Contains("killed (signal 9, SIGKILL; the system does so where memory runs out)", Log(), StringComparison.Ordinal);
        Assert.Contains("aborted (signal 6, SIGABRT)", Log(), StringComparison.Ordinal);
        RunningProcesses.AssertNone(Results);
    }

    [Theory]
    [InlineData("TERM", false)]
    [InlineData("INT", true)]
    public void A_run_stopped_in_the_middle_of_training_leaves_a_checkpoint_and_no_process(string signal, bool childToo)
    {
        using var run = StartGroup(LongTraining);
        ChildWhen(run, Training);
        Stop(run, signal, childToo, code: 130);
        Assert.Single(Directory.GetFiles(new CellFolder(Directory.GetDirectories(Tree, "vae-*").Single()).Checkpoints));
    }

    [Theory]
    [InlineData("TERM", false, 130)]
    [InlineData("INT", true, 130)]
    [InlineData("KILL", false, 137)]
    public void A_run_stopped_in_the_middle_of_sampling_keeps_its_images_and_leaves_no_process(string signal, bool childToo, int code)
    {
        using var run = StartGroup(LongSampling);
        ChildWhen(run, Sampling);
        Stop(run, signal, childToo, code);
        Assert.True(Sampling());
    }

    /// <summary>Starts a run as the leader of a process group, as a shell does, which hears Ctrl-C also where the tests themselves were
    /// started in the background.</summary>
    private Process StartGroup(string model) => Silently(Process.Start(new ProcessStartInfo("setsid", ["env", "--default-signal=INT", GenbenchProcess.Executable, .. Arguments(Write(model))])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>A terminal sends Ctrl-C to the child as well; a scheduler sends SIGTERM to the supervisor alone, or worse.</summary>
    private void Stop(Process run, string signal, bool childToo, int code)
    {
        Signal(signal, childToo ? -run.Id : run.Id);
        Assert.True(run.WaitForExit(10_000));
        Assert.Equal(code, run.ExitCode);
        RunningProcesses.AssertNone(Results);
        Assert.Contains("1 interrupted", Status(code: 0), StringComparison.Ordinal);
    }

    /// <summary>On a file system of the test's own, in a namespace of its own: no privilege is needed, and it goes with the last process.</summary>
    [Fact]
    public void A_full_disk_fails_the_cell_that_fills_it_and_with_room_it_goes_on()
    {
        Directory.CreateDirectory(Results);
        if (InNamespace("true").ExitCode != 0)
            Assert.Skip("mounting a small file system takes a user namespace (unshare), which this system does not grant");
        var large = """{ "kind": "vae", "options": { "latent": 2, "channels": 64 } }""";
        var run = $"'{GenbenchProcess.Executable}' {string.Join(' ', Arguments(Write($"{Vae}, {large}")))}";
        var (code, output, error) = InNamespace($"""
            {run}; echo "first run: $?"
            '{GenbenchProcess.Executable}' status '{Tree}'
            mount -o remount,size=200m '{Results}'
            {run} --retry-failed
            """);
        Assert.True(code == 0, output + error);
        Assert.Contains("\nfirst run: 1\n", output, StringComparison.Ordinal);
        Assert.Matches("vae-.*: failed: .*[Nn]o space left", output);
        Assert.Contains("2 of 3 complete", output, StringComparison.Ordinal);
        Assert.Contains("3 of 3 complete", output, StringComparison.Ordinal);
    }

    private Ending InNamespace(string script) =>
        Run("unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", $"mount -t tmpfs -o size=5m tmpfs '{Results}' && {{\n{script}\n}}");

    private static Ending Shell(string script) => Run("/bin/sh", "-c", script);

    private static Ending Run(string program, params string[] arguments) => GenbenchProcess.Wait(Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    })!);

    [Fact]
    public void A_cell_whose_allocation_is_refused_costs_itself_alone() =>
        Limited("ulimit -d 3000000", "vae-.*: failed: .*memory"); // private memory, which the children inherit

    [Fact]
    public void A_cell_that_the_system_kills_for_memory_costs_itself_alone()
    {
        using var group = MemoryGroup.Create(bytes: 1_000_000_000);
        if (group is null)
            Assert.Skip("limiting the memory of a process takes a control group, which this system does not grant");
        Limited($"echo $$ > {group.Processes}", "vae-.*: failed: killed \\(signal 9, SIGKILL; the system does so where memory runs out\\)");
    }

    /// <summary>Runs a small cell and a huge one under a limit.</summary>
    private void Limited(string limit, string reason)
    {
        var huge = """{ "kind": "vae", "options": { "latent": 2, "channels": 64 }, "training": { "batchSize": 65536 } }""";
        var arguments = string.Join(' ', Arguments(Write($"{Vae}, {huge}"), "--retries", "0"));
        var run = Shell($"{limit}; exec {GenbenchProcess.Executable} {arguments}");
        Assert.True(run.ExitCode == 1, run.Output + run.Error);
        Assert.Matches(reason, Status(code: 1));
        Assert.Contains("2 of 3 complete", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_console_that_takes_nothing_costs_its_words_alone()
    {
        var run = Shell($"exec {GenbenchProcess.Executable} {string.Join(' ', Arguments(Write(Vae)))} > /dev/full 2>&1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2 of 2 complete", Status(code: 0), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_said_and_costs_no_summary()
    {
        Directory.CreateDirectory(Tree);
        File.WriteAllText(Path.Combine(Tree, "report"), "in the way");
        var run = GenbenchProcess.Run(Arguments(Write(Vae)));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("genbench: no report: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 2 complete", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_says_what_it_frees_and_leaves_a_finished_experiment_finished()
    {
        var file = Write(Vae);
        Assert.Equal(0, GenbenchProcess.Run(Arguments(file)).ExitCode);
        var stale = Path.Combine(Directory.GetDirectories(Tree, "vae-*").Single(), "evaluations", "direct-0000abcd");
        Directory.CreateDirectory(stale);
        File.WriteAllBytes(Path.Combine(stale, "samples.npz"), new byte[2_500_000]);
        var dry = GenbenchProcess.Run("clean", Tree, "--dry-run");
        Assert.Contains("2.5 MB would be freed", dry.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(stale));
        Assert.EndsWith("2.5 MB freed\n", GenbenchProcess.Run("clean", Tree).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(stale));
        Assert.Equal(0, GenbenchProcess.Run(Arguments(file, "--only", "vae-*")).ExitCode);
        Assert.Contains("2 of 2 complete", Status(code: 0), StringComparison.Ordinal);
    }

    [Fact]
    public void A_specification_edited_while_results_exist_gets_cells_and_rows_of_its_own()
    {
        Assert.Equal(0, GenbenchProcess.Run(Arguments(Write(Vae))).ExitCode);
        var before = new CellFolder(Directory.GetDirectories(Tree, "vae-*").Single());
        var weights = File.ReadAllBytes(before.Weights);
        Assert.Equal(0, GenbenchProcess.Run(Arguments(Write(Vae, "\"steps\": 21"))).ExitCode);
        Assert.Equal(2, Directory.GetDirectories(Tree, "vae-*").Length);
        Assert.Equal(weights, File.ReadAllBytes(before.Weights));
        var report = File.ReadAllText(Path.Combine(Tree, "report", "report.md"));
        Assert.Contains("vae(steps=20)", report, StringComparison.Ordinal);
        Assert.Contains("vae(steps=21)", report, StringComparison.Ordinal);
    }
}
