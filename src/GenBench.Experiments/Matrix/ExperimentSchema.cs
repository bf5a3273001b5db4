using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>The JSON Schema (2020-12) of experiment files, for editors: descriptions, ranges, choices and every kind's
/// options. The reader itself does not use it and says more.</summary>
public static class ExperimentSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text, the same for the same registry.</summary>
    /// <param name="registry">The models, samplers, controls and datasets there are.</param>
    /// <param name="metricNames">The quality metrics there are.</param>
    public static string Create(Registry registry, IReadOnlyCollection<string> metricNames)
    {
        var options = new OptionSchema(new XmlSummaries());
        var schema = OptionSchema.Closed(new JsonObject
        {
            ["$schema"] = new JsonObject { ["type"] = "string" },
            ["name"] = null,
            ["datasets"] = List("Each dataset is a part of the matrix; a list where an option is scalar multiplies it.", "dataset"),
            ["models"] = List("Each model is a part of the matrix; a list where an option is scalar multiplies it.", "model"),
            ["controls"] = List("Images of known truth, which tell what each metric sees; a list where an option or 'samples' is scalar multiplies it.", "control"),
            ["seeds"] = null,
            ["training"] = Reference("training"),
            ["evaluation"] = Reference("evaluation"),
        }, "name", "datasets");
        schema["anyOf"] = new JsonArray(Requires("models"), Requires("controls"));
        Joined(schema["properties"]!.AsObject(), options.Members(OptionRecord.Of(typeof(ExperimentHeader)), multiplies: false));
        schema["$defs"] = Definitions(registry, metricNames, options);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "GenBench experiment");
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Definitions(Registry registry, IReadOnlyCollection<string> metricNames, OptionSchema options)
    {
        var evaluation = options.Record(OptionRecord.Of(typeof(EvaluationSpec)), multiplies: false);
        evaluation["properties"]!["metrics"]!["items"] = new JsonObject { ["enum"] = OptionSchema.Array(metricNames) };
        return new JsonObject
        {
            ["training"] = options.Record(OptionRecord.Of(typeof(TrainingSpec)), multiplies: false),
            ["evaluation"] = evaluation,
            ["likelihood"] = options.Record(OptionRecord.Of(typeof(LikelihoodSpec)), multiplies: false),
            ["dataset"] = OneOf(registry.Datasets.Select(dataset => Dataset(dataset, options))),
            ["model"] = OneOf(registry.Models.Select(model => Model(model, options))),
            ["sampler"] = OneOf(registry.Samplers.Select(sampler => Sampler(sampler, options))),
            ["control"] = OneOf(registry.Controls.Select(control => Control(control, options))),
        };
    }

    private static JsonObject Dataset(DatasetDefinition dataset, OptionSchema options) => OptionSchema.Closed(
        Joined(new JsonObject { ["name"] = Constant(dataset.Name, dataset.Description) },
            options.Members(OptionRecord.Of(dataset.OptionsType), multiplies: true)), "name");

    private static JsonObject Sampler(SamplerDefinition sampler, OptionSchema options) => OptionSchema.Closed(
        Joined(Joined(new JsonObject { ["kind"] = Constant(sampler.Kind, sampler.Description) },
            options.Members(OptionRecord.Of(typeof(SamplerHeader)), multiplies: false)),
            options.Members(OptionRecord.Of(sampler.OptionsType), multiplies: true)), "kind");

    private static JsonObject Control(ControlDefinition control, OptionSchema options) => OptionSchema.Closed(
        Joined(Joined(new JsonObject { ["kind"] = Constant(control.Kind, control.Description) },
            options.Members(OptionRecord.Of(typeof(ControlHeader)), multiplies: true)),
            options.Members(OptionRecord.Of(control.OptionsType), multiplies: true)), "kind");

    private static JsonObject Model(ModelDefinition model, OptionSchema options) => OptionSchema.Closed(new JsonObject
    {
        ["kind"] = Constant(model.Kind, model.Description),
        ["options"] = options.Record(OptionRecord.Of(model.OptionsType), multiplies: true),
        ["training"] = Reference("training"),
        ["samplers"] = List("Sampler settings to evaluate; without them the first sampler that fits, with its defaults.", "sampler"),
        ["likelihood"] = new JsonObject { ["anyOf"] = new JsonArray(Reference("likelihood"), new JsonObject { ["type"] = "null" }) },
    }, "kind");

    private static JsonObject Joined(JsonObject members, JsonObject others)
    {
        foreach (var (name, member) in others)
            members[name] = member?.DeepClone();
        return members;
    }

    private static JsonObject Constant(string value, string description) => new() { ["const"] = value, ["description"] = description };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonObject Requires(string member) => new() { ["required"] = OptionSchema.Array([member]) };

    private static JsonObject OneOf(IEnumerable<JsonObject> schemas) => new() { ["oneOf"] = new JsonArray([.. schemas]) };

    private static JsonObject List(string description, string item) =>
        new() { ["description"] = description, ["type"] = "array", ["items"] = Reference(item), ["minItems"] = 1 };
}
