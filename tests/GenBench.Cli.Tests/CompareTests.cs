using System.Text.Json;

namespace GenBench.Tests.Cli;

/// <summary><c>genbench compare</c> on the samples of a run, as its users run it.</summary>
public sealed class CompareTests : IDisposable
{
    private const string Experiment = """
        {
          "name": "two",
          "datasets": [{ "name": "shapes", "resolution": 16, "train": 256, "validation": 16, "test": 220 }],
          "models": [{ "kind": "vae", "options": { "latent": 4, "channels": 8 }, "training": { "steps": 20 } }],
          "seeds": [0, 1],
          "training": { "batchSize": 16 },
          "evaluation": { "samples": 200, "metrics": ["fid_clf"], "likelihood": null, "cost": null }
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Ending Compare(params string[] arguments) => GenbenchProcess.Run(["compare", "--cache", Path.Combine(folder.Path, "cache"), .. arguments]);

    [Fact]
    public void Evaluations_of_a_run_are_measured_against_the_test_images_that_their_cells_name()
    {
        var run = GenbenchProcess.Run("run", folder.File("two.json", Experiment), "--results", folder.Path, "--device", "cpu", "--threads", "1");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var evaluations = Directory.GetDirectories(Path.Combine(folder.Path, "two"), "direct-*", SearchOption.AllDirectories);
        var ending = Compare([.. evaluations, "--metrics", "fid_clf,recall", "--json"]);
        Assert.True(ending.ExitCode == 0, ending.Error);
        using var json = JsonDocument.Parse(ending.Output);
        Assert.Contains("dataset:shapes:test (220 images 16x16)", json.RootElement.GetProperty("reference").GetString(), StringComparison.Ordinal);
        Assert.Equal(["fid_clf", "recall"], json.RootElement.GetProperty("differences").EnumerateArray().Select(row => row.GetProperty("metric").GetString()));

        var lines = Compare([.. evaluations, "--metrics", "fid_clf"]).Output.Split('\n');
        Assert.Equal(["1", "2", "reference", "features", "fid_clf", "Each"], lines.Where(line => line.Length > 0).Select(line => line.Split(' ')[0]));

        var refused = Compare(evaluations[0]);
        Assert.Equal((2, "", 1), (refused.ExitCode, refused.Output, refused.Error.TrimEnd().Split('\n').Length));
    }
}
