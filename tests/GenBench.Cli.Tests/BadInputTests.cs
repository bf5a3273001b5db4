namespace GenBench.Tests.Cli;

/// <summary>Bad input is one line that names the file, the place and the mend; exit code 2; nothing left behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Experiment(string models = """{ "kind": "vae" }""", string dataset = """{ "name": "shapes" }""", string training = "\"steps\": 5") => $$"""
        {
          "name": "bad",
          "datasets": [{{dataset}}],
          "models": [
            {{models}}
          ],
          "seeds": [0],
          "training": { {{training}} },
          "evaluation": { "samples": 100 }
        }
        """;

    private void Refused(Ending ending, params string[] saying)
    {
        Assert.True(ending.ExitCode == 2, $"exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
        var line = Assert.Single(ending.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("genbench: ", line, StringComparison.Ordinal);
        Assert.All(saying, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "results")), "results were written");
    }

    private Ending Run(string experiment, params string[] more) =>
        GenbenchProcess.Run(["run", folder.File("bad.json", experiment), "--results", Path.Combine(folder.Path, "results"), "--data", folder.Path, .. more]);

    public static TheoryData<string, string[]> Experiments => new()
    {
        { Experiment("""{ "kind": "vea" }"""), ["bad.json:5:15", "models[0].kind", "'vea'", "vae"] },
        { Experiment("""{ "kind": "ddpm", "samplers": [{ "kind": "dimm" }] }"""), ["bad.json:5:", "models[0].samplers[0].kind", "ddim"] },
        { Experiment("""{ "kind": "vae", "options": { "latnet": 3 } }"""), ["bad.json:5:", "models[0].options.latnet", "latent"] },
        { Experiment("""{ "kind": "vae", "options": { "latent": "many" } }"""), ["bad.json:5:", "models[0].options.latent", "number"] },
        { Experiment("""{ "kind": "vae", "options": { "latent": -1 } }"""), ["models[0].options.latent", "-1"] },
        { Experiment("""{ "kind": "vae", "samplers": [{ "kind": "ddim" }] }"""), ["models[0].samplers[0]", "ddim", "vae"] },
        { Experiment("""{ "kind": "ddpm", "samplers": [{ "kind": "ddim", "steps": 2000 }] }"""), ["models[0].samplers[0]", "steps"] },
        { Experiment(training: "\"steps\": 5, \"images\": 5"), ["training"] },
        { Experiment(dataset: """{ "name": "shapes", "resolution": 3 }"""), ["datasets[0]", "resolution"] },
        { Experiment(dataset: """{ "name": "mnist" }"""), ["mnist", "--data"] },
        { "{ \"name\": \"bad\", ", ["bad.json:1:"] },
    };

    [Theory]
    [MemberData(nameof(Experiments))]
    public void A_bad_experiment_is_refused_in_one_line(string experiment, string[] saying) => Refused(Run(experiment), saying);

    [Fact]
    public void An_unknown_device_is_refused()
    {
        Refused(Run(Experiment(), "--device", "tpu"), "tpu", "cpu");
        Refused(Run(Experiment(), "--device", "cuda:x"), "cuda:x");
    }

    [Fact]
    public void Missing_files_and_wrong_words_are_refused()
    {
        Refused(GenbenchProcess.Run("run", Path.Combine(folder.Path, "absent.json")), "absent.json");
        Refused(GenbenchProcess.Run("run"), "run");
        Refused(GenbenchProcess.Run("trian"), "command");
        Refused(GenbenchProcess.Run("report", Path.Combine(folder.Path, "absent")), "absent");
        Refused(GenbenchProcess.Run("status", Path.Combine(folder.Path, "absent")), "absent");
        Refused(GenbenchProcess.Run("sample", folder.Path, "--count", "3", "--out", "a.png"), "cell.json");
        Refused(GenbenchProcess.Run("sample", folder.Path, "--count", "3", "--out", Path.Combine(folder.Path, "absent", "a.png")), "--out", "absent");
    }

    [Fact]
    public void Results_that_cannot_be_written_are_refused() =>
        Refused(GenbenchProcess.Run("run", folder.File("bad.json", Experiment()), "--results", folder.File("file", "")), "--results");

    [Fact]
    public void Broken_data_files_are_named()
    {
        byte[] wrongMagic = [0, 0, 8, 9, 0, 0, 0, 1];
        foreach (var name in new[] { "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" })
            File.WriteAllBytes(folder.File($"mnist/{name}", ""), wrongMagic);
        Refused(Run(Experiment(dataset: """{ "name": "mnist" }""")), "idx", "mnist");
    }
}
