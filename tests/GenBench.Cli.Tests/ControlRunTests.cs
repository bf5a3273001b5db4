namespace GenBench.Tests.Cli;

/// <summary>An experiment of controls alone, as its users run it.</summary>
public sealed class ControlRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Ending Run(params string[] more)
    {
        var file = folder.File("seen.json", """
            {
              "name": "seen",
              "datasets": [{ "name": "shapes", "train": 80, "validation": 0, "test": 200 }, { "name": "gaussian-vectors", "side": 3, "train": 80, "validation": 0, "test": 200 }],
              "controls": [{ "kind": "resample", "shift": [2, 32] }, { "kind": "resample", "dataset": "shapes", "droppedClasses": 5 }, { "kind": "resample", "samples": 200 }],
              "evaluation": { "samples": 250 }
            }
            """);
        return GenbenchProcess.Run(["run", file, "--results", Path.Combine(folder.Path, "results"), "--device", "cpu", "--threads", "1", .. more]);
    }

    [Fact]
    public void Controls_run_without_a_model_and_tell_what_each_metric_sees()
    {
        var dry = Run("--dry-run");
        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("resample x 250, resample x 200, resample(shift=2) x 250", dry.Output, StringComparison.Ordinal);

        // Those of one dataset first, which the whole run then takes as they are.
        Assert.Equal(0, Run("--only", "controls-gaussian*").ExitCode);
        Assert.Single(Directory.GetDirectories(Path.Combine(folder.Path, "results", "seen"), "controls-*"));
        var ending = Run();
        Assert.True(ending.ExitCode == 0, ending.Output + ending.Error);
        Assert.Contains("2 of 2 complete", ending.Output, StringComparison.Ordinal);
        var results = Path.Combine(folder.Path, "results", "seen");
        var report = Path.Combine(results, "report");
        var text = File.ReadAllText(Path.Combine(report, "report.md"));
        Assert.Contains("## controls of gaussian-vectors", text, StringComparison.Ordinal);
        Assert.Contains("## controls of shapes", text, StringComparison.Ordinal);
        // Nine values, each moved by an eighth and by two standard deviations.
        Assert.Contains("exact 0.1406", text, StringComparison.Ordinal);
        Assert.Contains("exact 36.00", text, StringComparison.Ordinal);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(report, "plots"), "*.png").Length);

        var status = GenbenchProcess.Run("status", results);
        Assert.Equal(0, status.ExitCode);
        Assert.Equal(2, status.Output.Split('\n').Count(line => line.StartsWith("controls-", StringComparison.Ordinal) && line.Contains(": complete", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_name_that_fits_nothing_is_refused()
    {
        var refused = Run("--only", "vae*");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("controls-shapes-", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Controls_can_be_listed()
    {
        var listed = GenbenchProcess.Run("list", "controls");
        Assert.Equal(0, listed.ExitCode);
        Assert.StartsWith("resample ", listed.Output, StringComparison.Ordinal);
    }
}
