using GenBench.Experiments;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Tests.Results;

namespace GenBench.Tests.Experiments.Execution;

public sealed class ExperimentJobsTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    private Experiment Experiment(string evaluation)
    {
        var path = root["experiment.json"];
        File.WriteAllText(path, $$"""
            {
              "name": "jobs",
              "datasets": [{ "name": "shapes" }],
              "models": [{ "kind": "vae" }, { "kind": "dcgan", "samplers": [{ "kind": "direct", "samples": 70 }] }],
              "training": { "steps": 10 },
              "evaluation": { {{evaluation}} }
            }
            """);
        return ExperimentFile.Read(path, Registry.BuiltIn, ExperimentText.MetricNames);
    }

    private IReadOnlyList<Job> Prepare(Experiment experiment, string? only = null)
    {
        var checksums = experiment.Cells.Select(cell => CellKeys.Dataset(cell.Dataset)).Distinct().ToDictionary(key => key, _ => "checksum");
        return ExperimentJobs.Prepare(
            ExperimentJobs.Select(experiment, only), experiment.Cells, checksums, root.Path,
            new RunOptions { Results = root.Path, Data = root.Path, Device = "cpu" }, Registry.BuiltIn);
    }

    private static void Complete(IReadOnlyList<Job> jobs)
    {
        foreach (var job in jobs)
        {
            File.WriteAllText(job.Folder.TrainedJson, "{}");
            StatusFile.Write(job.Folder, new CellStatus(CellStatus.Complete, "", 0) { Seconds = 100 });
        }
    }

    private static IEnumerable<string> States(IReadOnlyList<Job> jobs) => jobs.Select(job => $"{job.Id.Split('-')[0]} {StatusFile.Read(job.Folder)?.State}").Order(StringComparer.Ordinal);

    [Fact]
    public void Baselines_stand_beside_every_number_of_samples_whichever_cells_are_run()
    {
        var baseline = Prepare(Experiment("\"samples\": 50"), only: "vae-*").Single(job => job.Id.StartsWith("baseline", StringComparison.Ordinal));
        Assert.Equal([50, 70], CellDocuments.ReadBaseline(baseline.Folder.BaselineJson).Counts);
    }

    [Fact]
    public void What_is_complete_stays_so_until_more_is_asked_of_it()
    {
        Complete(Prepare(Experiment("\"samples\": 50")));
        Assert.Equal(["baseline complete", "dcgan complete", "vae complete"], States(Prepare(Experiment("\"samples\": 50"))));
        var jobs = Prepare(Experiment("\"samples\": 60"));
        Assert.Equal(["baseline waiting", "dcgan waiting", "vae waiting"], States(jobs));
        Assert.All(jobs, job => Assert.Equal(100, StatusFile.Read(job.Folder)!.Seconds));
        Complete(jobs);
        Assert.Equal(["baseline waiting", "dcgan waiting", "vae waiting"], States(Prepare(Experiment("\"samples\": 60, \"cost\": {}"))));
    }
}
