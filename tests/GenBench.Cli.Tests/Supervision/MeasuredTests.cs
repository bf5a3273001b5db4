using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GenBench.Tests.Cli;

/// <summary>Times, which only a machine that does nothing else tells: to be asked for.</summary>
public sealed partial class MeasuredTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_dry_run_says_within_thirty_percent_what_the_run_takes(int workers)
    {
        string[] arguments =
        [
            "run", Path.Combine(GenbenchProcess.Repository, "experiments", "quick.json"), "--results", Path.Combine(folder.Path, "results"),
            "--device", "cpu", "--threads", "1", "--workers", $"{workers}",
        ];
        var dry = GenbenchProcess.Run([.. arguments, "--dry-run"]);
        Assert.True(dry.ExitCode == 0, dry.Output + dry.Error);
        var estimate = TimeSpan.Parse(Estimate().Match(dry.Output).Groups["time"].Value, CultureInfo.InvariantCulture);
        var start = Stopwatch.GetTimestamp();
        var run = GenbenchProcess.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var took = Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper!.WriteLine($"estimated {estimate.TotalSeconds:0} s, took {took.TotalSeconds:0} s\n{dry.Output}");
        Assert.InRange(estimate / took, 0.7, 1.3);
    }

    [Fact(Explicit = true)]
    public void Checkpoints_at_the_default_interval_cost_at_most_two_percent()
    {
        var file = folder.File("long.json", """
            {
              "name": "long",
              "datasets": [{ "name": "shapes", "resolution": 32 }],
              "models": [{ "kind": "ddpm", "options": { "channels": 128, "multipliers": [1, 2, 2], "patch": 1 }, "samplers": [{ "kind": "ddim", "steps": 1, "samples": 10 }] }],
              "training": { "deviceSeconds": 260, "batchSize": 4 },
              "evaluation": { "metrics": [] }
            }
            """);
        var run = GenbenchProcess.Run("run", file, "--results", Path.Combine(folder.Path, "results"), "--device", "cpu", "--threads", "1");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var said = Cost().Match(run.Output);
        TestContext.Current.TestOutputHelper!.WriteLine(said.Value);
        Assert.True(said.Success, run.Output);
        Assert.InRange(Number("cost") / Number("training"), 0, 0.02);
        double Number(string name) => double.Parse(said.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("complete; about (?<time>[0-9:.]+) with", RegexOptions.ExplicitCapture)]
    private static partial Regex Estimate();

    [GeneratedRegex("[0-9]+ checkpoints took (?<cost>[0-9.]+) s of (?<training>[0-9.]+) s", RegexOptions.ExplicitCapture)]
    private static partial Regex Cost();
}
