using System.Diagnostics;
using System.Text.Json;
using GenBench.Data;
using GenBench.Experiments.Results;
using GenBench.Tests.SampleSets;

namespace GenBench.Tests.Cli;

/// <summary><c>genbench evaluate</c> as its users run it.</summary>
public sealed class EvaluateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Pngs(string name, int first, int resolution = 16)
    {
        using var split = Shapes.Render(5, first, 60, resolution, rgb: false);
        return PngFolder.Write(Path.Combine(folder.Path, name), ImageArray.Of(split.Images));
    }

    private Ending Evaluate(params string[] arguments) =>
        GenbenchProcess.Run(["evaluate", "--cache", Path.Combine(folder.Path, "cache"), "--data", folder.Path, .. arguments]);

    private static void Refused(Ending ending, params string[] saying)
    {
        Assert.True(ending.ExitCode == 2, $"exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
        Assert.Equal("", ending.Output);
        var line = Assert.Single(ending.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("genbench: ", line, StringComparison.Ordinal);
        Assert.All(saying, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_against_a_dataset_prints_one_json_object_with_a_list_of_metrics()
    {
        var ending = Evaluate("--samples", Pngs("a", 0), "--reference", "dataset:shapes:test", "--metrics", "fid_clf,is_clf", "--save-stats", Path.Combine(folder.Path, "a.npz"), "--json");
        Assert.True(ending.ExitCode == 0, ending.Error);
        using var json = JsonDocument.Parse(ending.Output);
        var metrics = json.RootElement.GetProperty("metrics").EnumerateArray().ToArray();
        Assert.Equal(["fid_clf", "is_clf"], metrics.Select(metric => metric.GetProperty("name").GetString()));
        Assert.All(metrics, metric =>
        {
            Assert.InRange(metric.GetProperty("value").GetDouble(), metric.GetProperty("low").GetDouble(), metric.GetProperty("high").GetDouble());
            Assert.Contains("dataset:shapes:test (10000 images 16x16)", metric.GetProperty("protocol").GetString(), StringComparison.Ordinal);
        });
        Assert.Equal(64, json.RootElement.GetProperty("features").GetProperty("checksum").GetString()!.Length);

        var again = Evaluate("--samples", Path.Combine(folder.Path, "a.npz"), "--reference", Path.Combine(folder.Path, "a.npz"));
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.StartsWith("frechet_distance", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_against_itself_is_at_no_distance()
    {
        var pngs = Pngs("a", 0);
        var ending = Evaluate("--samples", pngs, "--reference", pngs, "--features", "shapes", "--json");
        Assert.True(ending.ExitCode == 0, ending.Error);
        using var json = JsonDocument.Parse(ending.Output);
        var values = json.RootElement.GetProperty("metrics").EnumerateArray().ToDictionary(
            metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        Assert.InRange(values["fid_clf"], -1e-6, 1e-6);
        Assert.Equal((1.0, 1.0, 1.0), (values["precision"], values["recall"], values["coverage"]));
    }

    [Fact]
    public void Bad_input_is_one_line()
    {
        var pngs = Pngs("a", 0);
        Refused(Evaluate("--samples", pngs), "--reference");
        Refused(Evaluate("--samples", pngs, "--reference", Path.Combine(folder.Path, "absent"), "--features", "shapes"), "absent");
        Refused(Evaluate("--samples", pngs, "--reference", Pngs("large", 0, resolution: 20), "--features", "shapes"), "20x20", "--resize");
        Refused(Evaluate("--samples", pngs, "--reference", pngs, "--features", "shapes", "--metrics", "fid"), "'fid'", "fid_clf");
        Refused(Evaluate("--samples", pngs, "--reference", pngs, "--features", "shapes", "--resize", "12"), "12x12");
        File.Copy(Path.Combine(Pngs("large", 0, resolution: 20), "00000.png"), Path.Combine(pngs, "other.png"));
        Refused(Evaluate("--samples", pngs, "--reference", pngs, "--features", "shapes"), "mixed sizes", "other.png");
    }

    /// <summary>Many minutes of distances on any machine, interrupted when they have begun.</summary>
    [Fact]
    public async Task An_interrupt_in_the_middle_of_a_metric_ends_the_program_within_ten_seconds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by kill");
        var features = Path.Combine(folder.Path, "x.npy");
        var values = Enumerable.Range(0, 400_000 * 8).Select(i => (float)((i * 7919L) % 10_007)).ToArray();
        File.WriteAllBytes(features, NpyBytes.Of(NpyBytes.Header("<f4", false, "400000, 8"), NpyBytes.Data(values)));
        using var process = GenbenchProcess.Start("evaluate", "--samples", features, "--reference", features, "--metrics", "precision");
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.False(process.HasExited);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var start = Stopwatch.GetTimestamp();
        var ending = GenbenchProcess.Wait(process);
        Assert.Equal((130, ""), (ending.ExitCode, ending.Output));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }
}
