namespace GenBench.Tests.Cli;

public sealed class SchemaTests
{
    [Fact]
    public void The_schema_beside_the_experiments_is_the_one_that_the_program_writes()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Benchmarks.sln")))
            root = root.Parent;
        var committed = Path.Combine(root!.FullName, "experiments", "experiment.schema.json");
        var written = GenbenchProcess.Run("schema").Output;
        Assert.True(File.ReadAllText(committed) == written, "run: genbench schema > experiments/experiment.schema.json");
    }
}
