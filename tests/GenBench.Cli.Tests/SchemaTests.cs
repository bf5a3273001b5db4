namespace GenBench.Tests.Cli;

public sealed class SchemaTests
{
    [Fact]
    public void The_schema_beside_the_experiments_is_the_one_that_the_program_writes()
    {
        var committed = Path.Combine(GenbenchProcess.Repository, "experiments", "experiment.schema.json");
        var written = GenbenchProcess.Run("schema").Output;
        Assert.True(File.ReadAllText(committed) == written, "run: genbench schema > experiments/experiment.schema.json");
    }
}
