using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads the entries of <c>controls</c>: a kind, a number of images and a dataset with the control's options beside them.</summary>
internal static class ControlEntries
{
    /// <summary>The members that an entry has beside the options.</summary>
    internal static IReadOnlyList<string> Members { get; } = ["kind", "samples", "dataset"];

    private sealed record Setting(SourceObject Entry, string? Dataset, ControlChoice Choice);

    /// <summary>The settings of each dataset that has any. An undisturbed one is added where a kind has none at some number of images.</summary>
    internal static IReadOnlyList<DatasetControls> Read(
        SourceNode list, string experiment, IReadOnlyList<DatasetChoice> datasets, EvaluationSpec evaluation, Registry registry)
    {
        var settings = list.AsItems().SelectMany(entry => Settings(entry.AsObject(), datasets, evaluation, registry)).ToArray();
        return
        [
            .. datasets.Select(dataset => new DatasetControls(experiment, dataset, evaluation, Of(dataset, settings, registry)))
                .Where(controls => controls.Choices.Count > 0),
        ];
    }

    private static IEnumerable<Setting> Settings(
        SourceObject entry, IReadOnlyList<DatasetChoice> datasets, EvaluationSpec evaluation, Registry registry)
    {
        var definition = Find(entry, registry);
        var (record, header) = (OptionRecord.Of(definition.OptionsType), OptionRecord.Of(typeof(ControlHeader)));
        var combinations = Alternatives.Of(entry.OptionsBeside(Members, record), record);
        foreach (var plain in Alternatives.Of(entry.Only("samples", "dataset"), header))
        {
            var given = (ControlHeader)header.Bind(plain);
            if (given.Dataset is { } name && datasets.All(dataset => dataset.Name != name))
                throw plain.Required("dataset").Error(Registry.Unknown("dataset", name, datasets.Select(dataset => dataset.Name)));
            var samples = given.Samples ?? evaluation.Samples;
            if (samples < ControlHeader.FewestSamples)
                throw entry.Error($"{samples} images are too few for the interval of a difference; ask for {ControlHeader.FewestSamples} or more in 'samples'");
            foreach (var options in combinations)
                yield return new Setting(entry, given.Dataset, Choose(definition, options, samples));
        }
    }

    private static ControlDefinition Find(SourceObject entry, Registry registry)
    {
        var kind = entry.Required("kind");
        return registry.Controls.FirstOrDefault(control => control.Kind == kind.AsString())
            ?? throw kind.Error(Registry.Unknown("control", kind.AsString(), registry.Controls.Select(control => control.Kind)));
    }

    private static ControlChoice Choose(ControlDefinition definition, SourceObject options, int samples)
    {
        var record = OptionRecord.Of(definition.OptionsType);
        var value = record.Bind(options);
        options.Try(() => definition.Create(value));
        var all = record.ToJson(value);
        return new ControlChoice(definition.Kind, definition.Version, all, SamplerEntries.Label(definition.Kind, record, options, all), samples)
        {
            Changed = record.Changed(value),
        };
    }

    /// <summary>A dataset's settings, undisturbed ones first, each of them once.</summary>
    private static ControlChoice[] Of(DatasetChoice dataset, Setting[] settings, Registry registry)
    {
        var (choices, seen) = (new List<ControlChoice>(), new Dictionary<string, string>());
        foreach (var setting in settings.Where(setting => setting.Dataset is null || setting.Dataset == dataset.Name))
        {
            var choice = setting.Choice;
            var key = $"{choice.Kind} {choice.Samples} {CanonicalJson.Write(choice.Changed)}";
            if (!seen.TryAdd(key, setting.Entry.Path))
                throw setting.Entry.Error($"{choice.Label} of {choice.Samples} images is the same setting as one of {seen[key]}; remove one");
            choices.Add(choice);
        }
        var undisturbed = choices.GroupBy(choice => (choice.Kind, choice.Samples))
            .Select(group => group.FirstOrDefault(choice => choice.Changed.Count == 0) ?? Undisturbed(registry.Control(group.Key.Kind), group.Key.Samples)).ToArray();
        return [.. undisturbed, .. choices.Where(choice => choice.Changed.Count > 0)];
    }

    private static ControlChoice Undisturbed(ControlDefinition definition, int samples) =>
        Choose(definition, new SourceObject(new Place($"control '{definition.Kind}'", 0, 0), "options", []), samples);
}
