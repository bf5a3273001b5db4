using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;

namespace GenBench.Tests.Experiments;

public sealed class ShippedExperimentsTests
{
    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Benchmarks.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "experiments");
    }

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder(), "*.json").Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".schema.json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_experiment_says_what_it_is_for_and_names_itself(string file)
    {
        var lines = File.ReadLines(Path.Combine(Folder(), file)).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)).ToArray();
        foreach (var part in new[] { "// Purpose:", "// Command:", "// Time:", "// Result:" })
            Assert.Contains(lines, line => line.StartsWith(part, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains($"genbench run experiments/{file}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_experiment_is_valid(string file)
    {
        var experiment = ExperimentFile.Read(Path.Combine(Folder(), file), Registry.BuiltIn, MetricNames.All);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), experiment.Name);
        Assert.NotEmpty(experiment.Cells.Select(cell => cell.Id).Concat(experiment.Controls.Select(controls => controls.Id)));
    }

    [Fact]
    public void The_overnight_matrix_is_six_families_on_three_datasets_with_three_seeds()
    {
        var cells = ExperimentFile.Read(Path.Combine(Folder(), "overnight-gpu.json"), Registry.BuiltIn, MetricNames.All).Cells;
        Assert.Equal(54, cells.Select(cell => (cell.Model.Kind, cell.Dataset.Name, cell.Seed)).Distinct().Count());
        Assert.Equal(54, cells.Count);
        Assert.Equal(6, cells.Select(cell => cell.Model.Kind).Distinct().Count());
    }
}
