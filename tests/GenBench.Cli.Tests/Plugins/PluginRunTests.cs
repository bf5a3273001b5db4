using GenBench.Experiments;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Testing;

namespace GenBench.Tests.Cli;

/// <summary>The scaffold's model, loaded from an assembly of its own: it conforms, trains, resumes, and tells one build from another.</summary>
public sealed class PluginRunTests : IDisposable
{
    private const string Experiment = """
        {
          "name": "own",
          "datasets": [{ "name": "shapes", "resolution": 16, "train": 256, "validation": 16, "test": 80 }],
          "models": [{ "kind": "word-vae", "options": { "latent": 4, "hidden": 32 } }],
          "training": { "steps": 30, "batchSize": 16 },
          "evaluation": { "samples": 40, "metrics": ["fid_clf"], "likelihood": { "images": 40 } }
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string In(params string[] path) => Path.Combine([folder.Path, .. path]);

    /// <summary>A build of the scaffold's file, as it is written or changed.</summary>
    private string Build(string name, Func<string, string>? change = null)
    {
        var source = In("WordVae.cs");
        if (!File.Exists(source))
            Succeeds(GenbenchProcess.Run("new", "model", "word-vae", "--out", folder.Path));
        return PluginCompiler.Library(In(name, "WordVae.dll"), (change ?? (text => text))(File.ReadAllText(source)));
    }

    private Ending Run(params string[] more) =>
        GenbenchProcess.Run(["run", folder.File("own.json", Experiment), "--results", In("results"), "--device", "cpu", "--threads", "1", .. more]);

    private CellFolder[] Cells() => [.. Directory.GetDirectories(In("results", "own"), "word-vae-*").Select(path => new CellFolder(path))];

    private static void Succeeds(Ending ending) => Assert.True(ending.ExitCode == 0, ending.Output + ending.Error);

    private static void Refused(Ending ending, params string[] saying)
    {
        Assert.True(ending.ExitCode == 2, $"exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
        Assert.All(saying, part => Assert.Contains(part, Assert.Single(ending.Error.TrimEnd().Split('\n')), StringComparison.Ordinal));
    }

    [Fact]
    public void The_scaffolds_model_conforms_as_a_plug_in()
    {
        var registry = Plugins.Load(Build("a"));
        var model = registry.Models.Single(each => each.Kind == "word-vae");
        Assert.Equal(("WordVae.dll", "1.2.3"), (model.Plugin!.File, model.Plugin.Version));
        Assert.Null(registry.Models.First(each => each.Kind != "word-vae").Plugin);
        Conformance.Check(model, registry);
    }

    [Fact]
    public void Results_say_which_plug_in_they_need_and_which_build_made_them()
    {
        var (first, second) = (Build("a"), Build("b", text => text.Replace("one hidden layer, Bernoulli", "one layer, Bernoulli", StringComparison.Ordinal)));
        Succeeds(Run("--plugin", first));
        var cell = Assert.Single(Cells());
        var made = CellDocuments.Read(cell.CellJson).Cell.Model.Plugin!;
        Assert.Equal(64, made.Sha256.Length);
        Assert.Equal("WordVae.dll", made.File);

        SaysWhatIsMissing(cell);
        AnotherBuildTrainsNothingAgainAndIsNamed(cell, second, made);
        AnotherBuildDoesNotGoOnWithATraining(cell, second);
        AnotherVersionTrainsAnew(cell);
    }

    [Fact]
    public void The_scaffolds_model_refuses_points_in_one_line()
    {
        var experiment = Experiment
            .Replace("\"shapes\", \"resolution\": 16", "\"gaussians\"", StringComparison.Ordinal)
            .Replace("\"metrics\": [\"fid_clf\"], ", "", StringComparison.Ordinal);
        var path = folder.File("points.json", experiment);
        Refused(GenbenchProcess.Run("run", path, "--plugin", Build("a")), "points.json:4:", "models[0].options: its pixels are Bernoulli", "give it images");
    }

    private void SaysWhatIsMissing(CellFolder cell)
    {
        Refused(Run(), "own.json:4:", "models[0].kind", "'word-vae'", "WordVae.dll 1.2.3", "--plugin");
        Refused(GenbenchProcess.Run("sample", cell.Path, "--count", "2", "--out", In("x.png")), "'word-vae'", "WordVae.dll 1.2.3", "--plugin");
        Succeeds(GenbenchProcess.Run("status", In("results", "own")));
        Succeeds(GenbenchProcess.Run("report", In("results", "own")));
    }

    private void AnotherBuildTrainsNothingAgainAndIsNamed(CellFolder cell, string second, PluginInfo made)
    {
        var trained = File.GetLastWriteTimeUtc(cell.TrainedJson);
        var again = Run("--plugin", second);
        Succeeds(again);
        Assert.Contains("was trained by another build of WordVae.dll", again.Error, StringComparison.Ordinal);
        Assert.Equal(trained, File.GetLastWriteTimeUtc(cell.TrainedJson));
        Assert.Equal(made, CellDocuments.Read(cell.CellJson).Cell.Model.Plugin);
    }

    private void AnotherBuildDoesNotGoOnWithATraining(CellFolder cell, string second)
    {
        var aside = In("trained.json");
        File.Move(cell.TrainedJson, aside);
        Directory.CreateDirectory(cell.Checkpoints);
        Refused(Run("--plugin", second), cell.Id, "begun by another build of WordVae.dll", "Version");
        Directory.Delete(cell.Checkpoints);
        File.Move(aside, cell.TrainedJson);
    }

    private void AnotherVersionTrainsAnew(CellFolder cell)
    {
        var planned = Run("--dry-run", "--plugin", Build("c", text => text.Replace("static int Version => 1;", "static int Version => 2;", StringComparison.Ordinal)));
        Succeeds(planned);
        Assert.StartsWith("word-vae-shapes-s0-", planned.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(cell.Id, planned.Output, StringComparison.Ordinal);
    }
}
