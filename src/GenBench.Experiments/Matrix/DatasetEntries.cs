using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads the entries of <c>datasets</c>: a name with the dataset's options beside it.</summary>
internal static class DatasetEntries
{
    /// <summary>The members that an entry has beside the options.</summary>
    internal static IReadOnlyList<string> Members { get; } = ["name"];

    internal static IReadOnlyList<DatasetChoice> Read(SourceNode list, Registry registry)
    {
        var choices = new List<DatasetChoice>();
        var seen = new Dictionary<string, string>();
        foreach (var entry in list.AsItems().Select(item => item.AsObject()))
        {
            var definition = Find(entry, registry);
            var record = OptionRecord.Of(definition.OptionsType);
            foreach (var options in Alternatives.Of(entry.OptionsBeside(Members, record), record))
            {
                var choice = Choose(definition, options);
                if (!seen.TryAdd($"{choice.Name} {CanonicalJson.Write(choice.Changed)}", entry.Path))
                    throw entry.Error($"the same dataset as {seen[$"{choice.Name} {CanonicalJson.Write(choice.Changed)}"]}; remove one");
                choices.Add(choice);
            }
        }
        return choices;
    }

    private static DatasetDefinition Find(SourceObject entry, Registry registry)
    {
        var name = entry.Required("name");
        return registry.Datasets.FirstOrDefault(dataset => dataset.Name == name.AsString())
            ?? throw name.Error(registry.UnknownKind("dataset", name.AsString(), registry.Datasets.Select(dataset => dataset.Name)));
    }

    /// <summary>The dataset under one combination of options.</summary>
    internal static DatasetChoice Choose(DatasetDefinition definition, SourceObject options)
    {
        var record = OptionRecord.Of(definition.OptionsType);
        var value = record.Bind(options);
        var data = options.Try(() => definition.Describe(value));
        return new DatasetChoice(definition.Name, record.ToJson(value), data) { Changed = record.Changed(value), Plugin = definition.Plugin };
    }
}
