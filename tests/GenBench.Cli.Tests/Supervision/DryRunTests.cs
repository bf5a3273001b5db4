namespace GenBench.Tests.Cli;

public sealed class DryRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_matrix_is_listed_with_what_it_will_cost_and_nothing_is_written()
    {
        var file = folder.File("dry.json", """
            {
              "name": "dry",
              "datasets": [{ "name": "shapes", "resolution": 16, "train": 256, "test": 100 }],
              "models": [{ "kind": "vae", "options": { "latent": 2, "channels": 4 } }],
              "seeds": [0, 1],
              "training": { "steps": 50, "batchSize": 16 },
              "evaluation": { "samples": 40, "metrics": ["is_clf"], "likelihood": { "images": 20 } }
            }
            """);
        var results = Path.Combine(folder.Path, "results");
        var dry = GenbenchProcess.Run("run", file, "--results", results, "--device", "cpu", "--threads", "1", "--dry-run");
        Assert.True(dry.ExitCode == 0, dry.Output + dry.Error);
        const string Time = "[0-9]{2}:[0-9]{2}:[0-9]{2}";
        Assert.Matches($"vae-shapes-s0-.*: direct x 40\n  [0-9,]+ parameters, [0-9,]+ MACs an evaluation, {Time} \\(training {Time}\\), [0-9.]+ MB\n", dry.Output);
        Assert.Contains("vae-shapes-s1-", dry.Output, StringComparison.Ordinal);
        Assert.Matches($"2 cells, 0 of them complete; about {Time} with 1 worker, ", dry.Output);
        // Seeds cost the same: one of them is measured.
        Assert.Single(dry.Error.Split("measuring ").Skip(1));
        Assert.False(Directory.Exists(results));
    }
}
