using GenBench.Experiments;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Execution;

public sealed class CleaningTests : IDisposable
{
    private readonly TemporaryFolder root = new();
    private readonly CellFolder folder;
    private readonly Cell cell;

    public CleaningTests()
    {
        var registry = Registry.BuiltIn;
        cell = new Cell("e", registry.ChooseDataset("shapes", []), new ModelChoice("vae", 1, []), 0, new TrainingSpec { Steps = 1 },
            [registry.ChooseSampler("direct", [], 100)], new EvaluationSpec());
        folder = new CellFolder(root[cell.Id]);
        Directory.CreateDirectory(folder.Path);
        CellDocuments.Write(folder.CellJson, new CellDocument(CellDocuments.FormatVersion, cell, "", new Dictionary<string, string>(), 1));
        Put(10, "checkpoints", "000000001.safetensors");
        Put(20, "shards", cell.EvaluationFolders[0], "0.safetensors");
        Put(30, "evaluations", cell.EvaluationFolders[0], "samples.npz");
        Put(40, "evaluations", "direct-0000abcd", "samples.npz");
        Put(1, "evaluations", "direct-0000abcd", "metrics.csv.12.tmp");
        Put(50, "snapshots", "1-of-2.safetensors.12.tmp");
    }

    public void Dispose() => root.Dispose();

    private void Put(int bytes, params string[] path)
    {
        var file = Path.Combine([folder.Path, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, new byte[bytes]);
    }

    private void Train()
    {
        using var value = zeros(3);
        var checksum = WeightsFile.Save(folder.Weights, new Dictionary<string, Tensor> { ["w"] = value });
        AtomicFile.WriteText(folder.TrainedJson, $$"""{ "weightsSha256": "{{checksum}}" }""");
    }

    private (string, long)[] Found() =>
        [.. Cleaning.Find(root.Path).Select(removable => (Path.GetRelativePath(folder.Path, removable.Path), removable.Bytes))];

    [Fact]
    public void Of_a_cell_under_way_only_what_nothing_asks_for_may_go() =>
        Assert.Equal([("evaluations/direct-0000abcd", 41), ("snapshots/1-of-2.safetensors.12.tmp", 50)], Found());

    [Fact]
    public void Of_a_trained_cell_the_checkpoints_may_go_and_of_a_complete_one_the_shards()
    {
        Train();
        Assert.Equal(["checkpoints", "evaluations/direct-0000abcd", "snapshots/1-of-2.safetensors.12.tmp"], Found().Select(found => found.Item1));
        StatusFile.Write(folder, new CellStatus("complete", "", 0));
        Assert.Equal(["checkpoints", "shards", "evaluations/direct-0000abcd", "snapshots/1-of-2.safetensors.12.tmp"], Found().Select(found => found.Item1));
        foreach (var removable in Cleaning.Find(root.Path))
            Cleaning.Remove(removable);
        Assert.Empty(Found());
        Assert.True(File.Exists(Path.Combine(folder.Evaluations, cell.EvaluationFolders[0], "samples.npz")));
        Assert.True(folder.HasWeights());
    }

    [Fact]
    public void Weights_that_are_broken_keep_their_checkpoints()
    {
        Train();
        File.AppendAllText(folder.Weights, "x");
        Assert.DoesNotContain(Found(), found => found.Item1 == "checkpoints");
    }

    [Fact]
    public void A_cell_that_a_process_works_on_is_passed_over()
    {
        using var hold = RunLock.Take(folder.Path);
        Assert.Empty(Found());
    }
}
