using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;

namespace GenBench.Tests.Experiments;

/// <summary>Guidance and conditioning that cannot be had are refused before anything is trained.</summary>
public sealed class ConditioningErrorTests
{
    private static Experiment Read(string model)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $$"""
                { "name": "t", "datasets": [{ "name": "shapes" }], "training": { "steps": 1 },
                "models": [{{model}}] }
                """);
            return ExperimentFile.Read(path, Registry.BuiltIn, MetricNames.All);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("""{ "kind": "ddpm", "options": { "channels": 8 }, "samplers": [{ "kind": "ddim", "steps": 5, "guidance": 3 }] }""",
        "models[0].samplers[0].guidance: must be 1 where the model knows no classes; leave it out, or set the model's 'conditional' to true")]
    [InlineData("""{ "kind": "ddpm", "options": { "channels": 8, "conditional": true, "labelDropout": 0 } }""",
        "models[0].options.labelDropout: must be above 0 and at most 0.9, found 0")]
    [InlineData("""{ "kind": "ddpm", "options": { "channels": 8, "conditional": true }, "samplers": [{ "kind": "ddpm", "guidance": -1 }] }""",
        "models[0].samplers[0].guidance: must be between 0 and 100, found -1")]
    [InlineData("""{ "kind": "dcgan", "options": { "channels": 0 } }""", "models[0].options.channels: must be between 1 and 1024, found 0")]
    public void A_wrong_setting_is_placed(string model, string message) =>
        Assert.EndsWith(message, Assert.Throws<BadInputException>(() => Read(model)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_conditional_model_is_guided_at_any_scale()
    {
        var cell = Assert.Single(Read("""
            { "kind": "ddpm", "options": { "channels": 8, "conditional": true }, "samplers": [{ "kind": "ddim", "steps": 5, "guidance": [0, 1, 4.5] }] }
            """).Cells);
        Assert.Equal(["ddim(steps=5, guidance=0)", "ddim(steps=5, guidance=1)", "ddim(steps=5, guidance=4.5)"], cell.Samplers.Select(sampler => sampler.Label));
    }
}
