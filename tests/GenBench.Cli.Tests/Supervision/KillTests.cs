using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;

namespace GenBench.Tests.Cli;

/// <summary>A small matrix of every model that the scan finds, killed at random moments until it ends: it is to be the matrix
/// of an undisturbed run, bit for bit.</summary>
public sealed class KillTests : IDisposable
{
    private const int MaxMatrices = 4;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_matrix_killed_at_random_moments_ends_with_the_same_bits() => KillAndCompare(seeds: 1, kills: 6, seed: 1, threads: 1);

    [Fact(Explicit = true)]
    public void A_matrix_killed_forty_times_ends_with_the_same_bits() => KillAndCompare(seeds: 3, kills: 40, seed: 2, threads: 2);

    private void KillAndCompare(int seeds, int kills, int seed, int threads)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("processes are listed by /proc");
        var file = folder.File("kill.json", Matrix(seeds).ToJsonString());
        string[] Arguments(string results) => ["run", file, "--results", Results(results), "--device", "cpu", "--workers", "2", "--threads", $"{threads}"];
        var undisturbed = GenbenchProcess.Run(Arguments("undisturbed"));
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Output + undisturbed.Error);
        RunningProcesses.AssertNone(Results("undisturbed"));

        // How many kills hit a matrix depends on the machine; what is left of them goes to another run of it.
        var done = 0;
        for (var matrix = 0; matrix < MaxMatrices && done < kills; matrix++)
        {
            done += Kill([.. Arguments("disturbed"), "--retry-failed"], seeds * Registry.BuiltIn.Models.Count, kills - done, seed + matrix);
            Compare(Contents("undisturbed"), Contents("disturbed"));
            var logs = string.Concat(Directory.GetFiles(Results("disturbed"), "log.txt", SearchOption.AllDirectories).Select(File.ReadAllText));
            Assert.True(matrix > 0 || logs.Contains("continuing from", StringComparison.Ordinal), logs);
            Directory.Delete(Results("disturbed"), recursive: true);
        }
        Assert.Equal(kills, done);
    }

    private static void Compare(IReadOnlyDictionary<string, byte[]> expected, IReadOnlyDictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(expected.Keys, name => name.EndsWith("weights.safetensors", StringComparison.Ordinal));
        Assert.Contains(expected.Keys, name => name.EndsWith("samples.npz", StringComparison.Ordinal));
        Assert.All(expected, pair => Assert.True(pair.Value.SequenceEqual(actual[pair.Key]), pair.Key));
        TestContext.Current.TestOutputHelper!.WriteLine($"{expected.Count} files of {expected.Values.Sum(content => content.LongLength)} bytes are equal");
    }

    /// <summary>Kills the supervisor with its children, the supervisor, and a child in turn, and starts again, until all is done.</summary>
    /// <returns>How often something was killed.</returns>
    private int Kill(string[] arguments, int cells, int wanted, int seed)
    {
        var random = new Random(seed);
        var kills = 0;
        var run = Start(arguments);
        while (true)
        {
            // Three quarters of what the cells go through share the kills; where they end too soon to be hit, the last quarter makes up for it.
            if (kills == wanted ? run.WaitForExit(Timeout.Infinite) : EndsBefore(run, AtWork(kills * 3 * 2 * cells / (4 * wanted), lines: random.Next(4)), random.Next(1200)))
            {
                if (run.ExitCode == 0)
                    return kills;
                // A cell whose child was killed too often in one run has failed there, and is asked for again.
                Assert.Equal(1, run.ExitCode);
                run = Start(arguments);
                continue;
            }
            var (what, words) = ((Victim)(kills % 3), LastWords());
            if (what == Victim.Cell)
            {
                if (!KillCell())
                    continue; // it has ended just now
            }
            else
            {
                run.Kill(entireProcessTree: what == Victim.Both);
                run.WaitForExit();
                RunningProcesses.AssertNone(Results("disturbed"));
                run = Start(arguments);
            }
            kills++;
            TestContext.Current.TestOutputHelper!.WriteLine($"kill {kills} ({what}) after: {words}");
        }
    }

    private enum Victim
    {
        Both,
        Supervisor,
        Cell,
    }

    private bool KillCell()
    {
        if (RunningProcesses.Of(Results("disturbed"), cellsAlone: true) is not [var child, ..])
            return false;
        using var kill = Process.Start("kill", ["-KILL", child.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        return kill.ExitCode == 0;
    }

    /// <summary>The last line of the cell that spoke last.</summary>
    private string LastWords() => Files("log.txt").MaxBy(File.GetLastWriteTimeUtc) is { } log
        ? $"{Path.GetFileName(Path.GetDirectoryName(log))} {File.ReadLines(log).LastOrDefault()}" : "nothing";

    /// <summary>Lets the run come to work and then go on for a while.</summary>
    private static bool EndsBefore(Process run, Func<bool> atWork, int milliseconds)
    {
        while (!atWork())
        {
            if (run.WaitForExit(20))
                return true;
        }
        return run.WaitForExit(milliseconds);
    }

    /// <summary>Whether so many ends are reached, of which a cell has two, evaluated and timed, and so many lines, one at least, logged
    /// since. The first kill is to hit a training that has a checkpoint.</summary>
    private Func<bool> AtWork(int ends, int lines)
    {
        int? before = null;
        return () =>
        {
            if (Ends() < ends)
                return false;
            before ??= Logged();
            return Logged() > before + lines && (ends > 0 || Files("*.safetensors").Any(path => path.Contains("/checkpoints/", StringComparison.Ordinal)));
        };
        int Logged() => Files("log.txt").Sum(path => File.ReadLines(path).Count());
        int Ends() => Files("status.json").Sum(path => StatusFile.Read(new CellFolder(Path.GetDirectoryName(path)!))?.State switch
        {
            CellStatus.Untimed => 1,
            CellStatus.Complete => 2,
            _ => 0,
        });
    }

    private string[] Files(string pattern) =>
        Directory.Exists(Results("disturbed")) ? Directory.GetFiles(Results("disturbed"), pattern, SearchOption.AllDirectories) : [];

    private static Process Start(string[] arguments)
    {
        var process = GenbenchProcess.Start(arguments);
        process.BeginOutputReadLine(); // a full pipe would stop it
        process.BeginErrorReadLine();
        return process;
    }

    private string Results(string name) => Path.Combine(folder.Path, name);

    /// <summary>Every model with its default options, conditional where it can be, and of the first sampler that fits few steps
    /// where it takes steps; every kind of figure.</summary>
    private static JsonObject Matrix(int seeds) => new()
    {
        ["name"] = "kill",
        ["datasets"] = new JsonArray(new JsonObject { ["name"] = "shapes", ["resolution"] = 16, ["train"] = 256, ["validation"] = 20, ["test"] = 100 }),
        ["models"] = new JsonArray([.. Registry.BuiltIn.Models.Select(model => new JsonObject { ["kind"] = model.Kind, ["options"] = Options(model), ["samplers"] = new JsonArray(Sampler(model)) })]),
        ["seeds"] = new JsonArray([.. Enumerable.Range(0, seeds).Select(seed => JsonValue.Create(seed))]),
        ["training"] = new JsonObject { ["steps"] = 12, ["batchSize"] = 8, ["checkpointSeconds"] = 0, ["snapshots"] = 2, ["logEvery"] = 3 },
        ["evaluation"] = new JsonObject
        {
            ["samples"] = 40,
            ["batchSize"] = 10,
            ["metrics"] = new JsonArray("fid_clf", "is_clf", "class_accuracy"),
            ["snapshots"] = "best",
            ["cost"] = new JsonObject { ["batchSizes"] = new JsonArray(1, 10), ["repeats"] = 1 },
            ["likelihood"] = new JsonObject { ["images"] = 20, ["importanceSamples"] = 2, ["timesteps"] = 2 },
        },
    };

    private static JsonObject Options(ModelDefinition model) =>
        model.OptionsType.GetProperty("Conditional") is null ? [] : new JsonObject { ["conditional"] = true };

    private static JsonObject Sampler(ModelDefinition definition)
    {
        var model = definition.Create(Activator.CreateInstance(definition.OptionsType)!, new DataSpec(new ImageShape(1, 16, 16), 10));
        using var network = model.Network;
        return Registry.BuiltIn.Samplers
            .Where(sampler => Registry.BuiltIn.CreateSampler(Registry.BuiltIn.ChooseSampler(sampler.Kind, [], samples: 10)).Fits(model))
            .Select(sampler => new JsonObject { ["kind"] = sampler.Kind, ["steps"] = 4 })
            .Select(entry => HasSteps(entry["kind"]!.GetValue<string>()) ? entry : new JsonObject { ["kind"] = entry["kind"]!.DeepClone() })
            .First();
    }

    private static bool HasSteps(string sampler) =>
        Registry.BuiltIn.Samplers.Single(definition => definition.Kind == sampler).OptionsType.GetProperty("Steps") is not null;

    /// <summary>Weights, snapshots, samples and figures; of tables what is not measured time.</summary>
    private Dictionary<string, byte[]> Contents(string results)
    {
        var root = Path.Combine(Results(results), "kill");
        var contents = new Dictionary<string, byte[]>();
        foreach (var path in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, path);
            if (Path.GetFileName(path) is "weights.safetensors" or "samples.npz" or "samples.png" || name.Contains("/snapshots/", StringComparison.Ordinal))
                contents.Add(name, File.ReadAllBytes(path));
            else if (Path.GetFileName(path) == "training.csv")
                contents.Add(name, Lines(File.ReadLines(path).Select(WithoutSeconds)));
            else if (name == "report/results.csv" || Path.GetFileName(path) == "metrics.csv")
                contents.Add(name, Lines(File.ReadLines(path).Where(line => !line.Contains(",measured,", StringComparison.Ordinal))));
        }
        return contents;
    }

    /// <summary>stage,step,images,device_seconds,name,value.</summary>
    private static string WithoutSeconds(string line)
    {
        var columns = line.Split(',');
        return string.Join(',', columns.Where((_, i) => i != 3));
    }

    private static byte[] Lines(IEnumerable<string> lines) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
}
