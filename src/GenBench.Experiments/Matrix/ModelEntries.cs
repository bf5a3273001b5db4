using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>A model under one combination of options on one dataset, checked, with the entry that it comes from.</summary>
internal sealed record ResolvedModel(
    SourceObject Entry, DatasetChoice Dataset, ModelChoice Model, TrainingSpec Training, IReadOnlyList<SamplerChoice> Samplers, EvaluationSpec Evaluation);

/// <summary>Reads the entries of <c>models</c>.</summary>
internal sealed class ModelEntries(Registry registry, IReadOnlyCollection<string> metricNames, SourceObject? training, SourceObject? evaluation)
{
    private static readonly string[] Members = ["kind", "options", "training", "samplers", "likelihood"];

    /// <summary>Every entry under every combination of its options, on every dataset.</summary>
    internal IReadOnlyList<ResolvedModel> Read(SourceNode list, IReadOnlyList<DatasetChoice> datasets)
    {
        var entries = list.AsItems().Select(item => item.AsObject()).ToArray();
        foreach (var entry in entries)
            entry.RejectUnknown(Members);
        return [.. datasets.SelectMany(dataset => entries.SelectMany(entry => Resolve(entry, dataset)))];
    }

    private List<ResolvedModel> Resolve(SourceObject entry, DatasetChoice dataset)
    {
        var resolved = new List<ResolvedModel>();
        var definition = Find(entry);
        var record = OptionRecord.Of(definition.OptionsType);
        var given = entry["options"]?.AsObject() ?? new SourceObject(entry.Place, $"{entry.Path}.options", []);
        var trained = TrainingMember.Read(training, entry["training"]?.AsObject(), entry);
        var evaluated = EvaluationMember.Read(evaluation, entry, metricNames, dataset);
        foreach (var options in Alternatives.Of(given, record))
        {
            var value = record.Bind(options);
            var choice = new ModelChoice(definition.Kind, definition.Version, record.ToJson(value)) { Changed = record.Changed(value), Plugin = definition.Plugin };
            var model = options.Try(() => definition.Create(value, dataset.Data));
            using var network = model.Network;
            var samplers = SamplerEntries.Read(entry, definition.Kind, model, evaluated.Samples, registry);
            resolved.Add(new ResolvedModel(entry, dataset, choice, trained, samplers, evaluated));
        }
        return resolved;
    }

    private ModelDefinition Find(SourceObject entry)
    {
        var kind = entry.Required("kind");
        return registry.Models.FirstOrDefault(model => model.Kind == kind.AsString())
            ?? throw kind.Error(registry.UnknownKind("model", kind.AsString(), registry.Models.Select(model => model.Kind)));
    }
}
