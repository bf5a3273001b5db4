using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads the entries of <c>samplers</c>: a kind and a number of samples with the sampler's options beside them.</summary>
internal static class SamplerEntries
{
    /// <summary>The members that an entry has beside the options.</summary>
    internal static IReadOnlyList<string> Members { get; } = ["kind", "samples"];

    /// <summary>The settings of a model's list, each checked against the model; without a list the first sampler that
    /// fits, with its default options.</summary>
    internal static IReadOnlyList<SamplerChoice> Read(SourceObject modelEntry, string modelKind, IGenerativeModel model, int samples, Registry registry)
    {
        if (modelEntry["samplers"] is not { } list)
            return [Default(modelEntry, modelKind, model, samples, registry)];
        var choices = new List<SamplerChoice>();
        var seen = new Dictionary<string, string>();
        foreach (var entry in list.AsItems().Select(item => item.AsObject()))
        {
            var definition = Find(entry, registry);
            var record = OptionRecord.Of(definition.OptionsType);
            var header = (SamplerHeader)OptionRecord.Of(typeof(SamplerHeader)).Bind(entry.Only("samples"));
            foreach (var options in Alternatives.Of(entry.OptionsBeside(Members, record), record))
            {
                var choice = Choose(definition, options, header.Samples ?? samples);
                Check(definition, options, modelKind, model, registry);
                var setting = $"{choice.Kind} {CanonicalJson.Write(choice.Changed)}";
                if (!seen.TryAdd(setting, entry.Path))
                    throw entry.Error($"{choice.Label} is the same setting as one of {seen[setting]}; remove one");
                choices.Add(choice);
            }
        }
        return choices;
    }

    private static SamplerDefinition Find(SourceObject entry, Registry registry)
    {
        var kind = entry.Required("kind");
        return registry.Samplers.FirstOrDefault(sampler => sampler.Kind == kind.AsString())
            ?? throw kind.Error(registry.UnknownKind("sampler", kind.AsString(), registry.Samplers.Select(sampler => sampler.Kind)));
    }

    /// <summary>The setting of one combination of options.</summary>
    internal static SamplerChoice Choose(SamplerDefinition definition, SourceObject options, int samples)
    {
        var record = OptionRecord.Of(definition.OptionsType);
        var value = record.Bind(options);
        var all = record.ToJson(value);
        return new SamplerChoice(definition.Kind, definition.Version, all, Label(definition.Kind, record, options, all), samples)
        {
            Changed = record.Changed(value),
            Plugin = definition.Plugin,
        };
    }

    /// <summary>A setting as the tables print it, with the options that were given: <c>ddim(steps=20, eta=0)</c>.</summary>
    internal static string Label(string kind, OptionRecord record, SourceObject given, JsonObject all)
    {
        var shown = record.Names.Where(name => given[name] is not null).Select(name => $"{name}={Shown(all[name])}").ToArray();
        return shown.Length == 0 ? kind : $"{kind}({string.Join(", ", shown)})";
    }

    private static string Shown(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : CanonicalJson.Write(value);

    private static void Check(SamplerDefinition definition, SourceObject options, string modelKind, IGenerativeModel model, Registry registry)
    {
        options.Try(() =>
        {
            var sampler = definition.Create(OptionRecord.Of(definition.OptionsType).Bind(options));
            if (!sampler.Fits(model))
                throw options.Error($"sampler '{definition.Kind}' does not fit model '{modelKind}'; samplers that fit: {Fitting(model, registry)}");
            sampler.Check(model);
            return true;
        });
    }

    private static SamplerChoice Default(SourceObject modelEntry, string modelKind, IGenerativeModel model, int samples, Registry registry)
    {
        var definition = registry.Samplers.FirstOrDefault(sampler => Fits(sampler, model))
            ?? throw modelEntry.Error($"no sampler fits model '{modelKind}'; load a plug-in that has one");
        var options = new SourceObject(modelEntry.Place, $"{modelEntry.Path}.samplers", []);
        Check(definition, options, modelKind, model, registry);
        return Choose(definition, options, samples);
    }

    private static string Fitting(IGenerativeModel model, Registry registry) =>
        string.Join(", ", registry.Samplers.Where(sampler => Fits(sampler, model)).Select(sampler => sampler.Kind).DefaultIfEmpty("none"));

    private static bool Fits(SamplerDefinition definition, IGenerativeModel model) =>
        definition.Create(OptionRecord.Of(definition.OptionsType).CreateDefault()).Fits(model);
}
