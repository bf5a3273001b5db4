using GenBench.Experiments.Results;

namespace GenBench.Tests.Cli;

/// <summary>A small experiment, through every part of the suite, as its users run it.</summary>
public sealed class EndToEndTests : IDisposable
{
    private const string Experiment = """
        {
          "name": "tiny",
          "datasets": [{ "name": "shapes", "resolution": 16, "train": 512, "validation": 16, "test": 160 }],
          "models": [
            { "kind": "vae", "options": { "latent": 4, "channels": 8 } },
            { "kind": "ddpm", "options": { "channels": 16, "multipliers": [1, 2], "attention": [], "timesteps": 20 },
              "samplers": [{ "kind": "ddim", "steps": [SAMPLER_STEPS], "eta": 0 }, { "kind": "ddpm", "samples": 60 }],
              "training": { "steps": 400 } }
          ],
          "seeds": [0],
          "training": { "steps": 60, "batchSize": 16, "checkpointSeconds": 0, "logEvery": 5 },
          "evaluation": {
            "samples": 120, "batchSize": 50, "metrics": ["fid_clf", "kid_clf", "is_clf", "precision", "recall", "confident", "class_accuracy", "class_entropy"],
            "likelihood": { "images": 60, "importanceSamples": 8, "timesteps": 4 }, "cost": { "batchSizes": [1, 8], "repeats": 2 }
          }
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string steps) => folder.File("tiny.json", Experiment.Replace("SAMPLER_STEPS", steps, StringComparison.Ordinal));

    private string Results(string name) => Path.Combine(folder.Path, name);

    private string[] Arguments(string file, string results) => ["run", file, "--results", Results(results), "--device", "cpu", "--threads", "1"];

    /// <summary>The lines of results.csv but for measured cost.</summary>
    private string[] Figures(string results) =>
        [.. File.ReadLines(Path.Combine(Results(results), "tiny", "report", "results.csv")).Where(line => !line.Contains(",measured,", StringComparison.Ordinal))];

    private CellFolder Cell(string results, string model) => new(Directory.GetDirectories(Path.Combine(Results(results), "tiny"), $"{model}-*").Single());

    [Fact]
    public void A_further_sampler_setting_is_a_further_row_and_trains_nothing()
    {
        Assert.Equal(0, GenbenchProcess.Run(Arguments(Write("3, 10"), "r")).ExitCode);
        var before = Figures("r");
        var trained = File.GetLastWriteTimeUtc(Cell("r", "ddpm").TrainedJson);
        var samples = Cell("r", "ddpm").ListEvaluations().ToDictionary(each => each.Path, each => File.GetLastWriteTimeUtc(each.Samples));

        Assert.Equal(0, GenbenchProcess.Run(Arguments(Write("3, 10, 5"), "r")).ExitCode);

        var added = Figures("r").Except(before).ToArray();
        Assert.NotEmpty(added);
        Assert.All(added, line => Assert.Contains("ddim(steps=5, eta=0)", line, StringComparison.Ordinal));
        Assert.Empty(before.Except(Figures("r")));
        Assert.Equal(trained, File.GetLastWriteTimeUtc(Cell("r", "ddpm").TrainedJson));
        Assert.All(samples, pair => Assert.Equal(pair.Value, File.GetLastWriteTimeUtc(new EvaluationFolder(pair.Key).Samples)));

        foreach (var row in new[] { "\"ddim(steps=3, eta=0)\",nfe,3,", "\"ddim(steps=5, eta=0)\",nfe,5,", "ddpm,nfe,20," })
            Assert.Single(Figures("r"), line => line.Contains(row, StringComparison.Ordinal));
    }

    [Fact]
    public void A_finished_run_is_reported_in_the_same_bytes_and_sampled_in_the_same_images()
    {
        Assert.Equal(0, GenbenchProcess.Run(Arguments(Write("3"), "r")).ExitCode);
        ReportsTheSameBytes();
        SamplesTheSameImages();
    }

    private void ReportsTheSameBytes()
    {
        var report = Path.Combine(Results("r"), "tiny", "report");
        var before = Contents(report);
        Directory.Delete(report, recursive: true);
        Assert.Equal(0, GenbenchProcess.Run("report", Path.Combine(Results("r"), "tiny")).ExitCode);
        var after = Contents(report);
        Assert.Contains("results.csv", before.Keys);
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, pair => Assert.Equal(pair.Value, after[pair.Key]));
    }

    private void SamplesTheSameImages()
    {
        var (archive, pictures) = (Path.Combine(folder.Path, "drawn.npz"), Path.Combine(folder.Path, "drawn"));
        foreach (var output in new[] { archive, pictures })
            Assert.Equal(0, GenbenchProcess.Run("sample", Cell("r", "ddpm").Path, "--count", "4", "--out", output).ExitCode);
        var kept = NpzFile.ReadImages(Cell("r", "ddpm").ListEvaluations().Single(each => each.Path.Contains("ddim", StringComparison.Ordinal)).Samples);
        var drawn = NpzFile.ReadImages(archive);
        Assert.Equal((4, 16, 16, 1), (drawn.Count, drawn.Height, drawn.Width, drawn.Channels));
        // In batches of another size a value may round the other way.
        Assert.All(drawn.Pixels.Zip(kept.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.Equal(["00000.png", "00001.png", "00002.png", "00003.png"], Directory.GetFiles(pictures).Select(Path.GetFileName).Order());
    }

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes);
}
