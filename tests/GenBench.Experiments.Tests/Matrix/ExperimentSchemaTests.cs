using System.Text.Json.Nodes;
using GenBench.Experiments.Matrix;

namespace GenBench.Tests.Experiments;

public sealed class ExperimentSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ExperimentSchema.Create(Toys.Registry, ExperimentText.MetricNames))!;

    private static JsonNode Definition(string group, string member, string name) => Schema["$defs"]![group]!["oneOf"]!.AsArray()
        .Single(item => item!["properties"]![member]!["const"]!.GetValue<string>() == name)!["properties"]!;

    [Fact]
    public void The_schema_is_the_same_each_time() => Assert.Equal(
        ExperimentSchema.Create(Toys.Registry, ExperimentText.MetricNames), ExperimentSchema.Create(Toys.Registry, ExperimentText.MetricNames));

    [Fact]
    public void Every_kind_is_there_with_its_options()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema["$schema"]!.GetValue<string>());
        Assert.Equal(["$schema", "name", "datasets", "models", "controls", "seeds", "training", "evaluation"], Schema["properties"]!.AsObject().Select(member => member.Key));
        Assert.Equal("Samples in one pass.", Definition("model", "kind", "plain-toy")["kind"]!["description"]!.GetValue<string>());
        Assert.NotNull(Definition("model", "kind", "noisy-toy")["options"]!["properties"]!["timesteps"]);
        Assert.Equal(["kind", "samples", "steps", "eta", "spacing", "weights"], Definition("sampler", "kind", "stepwise").AsObject().Select(member => member.Key));
        Assert.NotNull(Definition("sampler", "kind", "once")["temperature"]);
        Assert.NotNull(Definition("dataset", "name", "dots")["resolution"]);
    }

    [Fact]
    public void Options_have_description_default_range_and_the_list_that_multiplies()
    {
        var options = Definition("model", "kind", "plain-toy")["options"]!["properties"]!;
        Assert.Equal("""
            {"anyOf":[{"type":"integer","minimum":1,"maximum":1024},{"type":"array","items":{"type":"integer","minimum":1,"maximum":1024},"minItems":1}],"description":"Length of the latent vector.","default":32}
            """.Trim(), options["latent"]!.ToJsonString());
        Assert.Equal("""{"enum":["uniform","paperLike"]}""", options["spacing"]!["anyOf"]![0]!.ToJsonString());
        Assert.Equal("""{"type":"string","enum":["bernoulli","logistic"]}""", options["likelihood"]!["anyOf"]![0]!.ToJsonString());
        Assert.Equal("""{"type":"array","items":{"type":"integer","minimum":1,"maximum":512}}""", options["widths"]!["anyOf"]![0]!.ToJsonString());
        Assert.Equal("""{"type":"null"}""", options["limit"]!["anyOf"]!.AsArray()[^1]!.ToJsonString());
    }

    [Fact]
    public void Training_and_evaluation_do_not_multiply()
    {
        var steps = Schema["$defs"]!["training"]!["properties"]!["steps"]!;
        Assert.Equal("""[{"type":"integer","minimum":1},{"type":"null"}]""", steps["anyOf"]!.ToJsonString());
        Assert.Equal("Budget in steps over all stages: reproducible.", steps["description"]!.GetValue<string>());
        Assert.Equal(ExperimentText.MetricNames, Schema["$defs"]!["evaluation"]!["properties"]!["metrics"]!["items"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>()));
    }
}
