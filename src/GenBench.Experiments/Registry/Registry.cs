using System.Reflection;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments;

/// <summary>The models, samplers, controls and datasets there are, found by scanning assemblies; each list in ordinal order.</summary>
public sealed class Registry
{
    private readonly EarlierPlugins? earlier;

    private Registry(
        IReadOnlyList<ModelDefinition> models, IReadOnlyList<SamplerDefinition> samplers, IReadOnlyList<ControlDefinition> controls,
        IReadOnlyList<DatasetDefinition> datasets, EarlierPlugins? earlier = null)
    {
        Models = models;
        Samplers = samplers;
        Controls = controls;
        Datasets = datasets;
        this.earlier = earlier;
    }

    /// <summary>The models, by kind.</summary>
    public IReadOnlyList<ModelDefinition> Models { get; }

    /// <summary>The samplers, by kind.</summary>
    public IReadOnlyList<SamplerDefinition> Samplers { get; }

    /// <summary>The controls, by kind.</summary>
    public IReadOnlyList<ControlDefinition> Controls { get; }

    /// <summary>The datasets, by name.</summary>
    public IReadOnlyList<DatasetDefinition> Datasets { get; }

    /// <summary>The assemblies of the suite that hold definitions; plug-ins are scanned besides.</summary>
    public static IReadOnlyList<Assembly> BuiltInAssemblies { get; } = [Assembly.Load("GenBench.Data"), Assembly.Load("GenBench.Models")];

    /// <summary>What the suite itself defines.</summary>
    public static Registry BuiltIn { get; } = Scan(BuiltInAssemblies);

    /// <summary>Finds all definitions in the assemblies.</summary>
    /// <exception cref="BadInputException">Two types define one kind, a kind cannot be a name, or an option has a type or name that no option can have.</exception>
    public static Registry Scan(params IEnumerable<Assembly> assemblies) => Of(assemblies.Distinct().SelectMany(DefinitionScan.TypesOf));

    /// <summary>Finds the definitions among some types.</summary>
    /// <exception cref="BadInputException">Two types define one kind, a kind cannot be a name, or an option has a type or name that no option can have.</exception>
    public static Registry Of(params IEnumerable<Type> types)
    {
        var candidates = types.ToArray();
        var registry = new Registry(
            Ordered("model", DefinitionScan.Models(candidates), definition => definition.Kind),
            Ordered("sampler", DefinitionScan.Samplers(candidates), definition => definition.Kind),
            Ordered("control", DefinitionScan.Controls(candidates), definition => definition.Kind),
            Ordered("dataset", DefinitionScan.Datasets(candidates), definition => definition.Name));
        registry.CheckOptionTypes();
        return registry;
    }

    private static IReadOnlyList<T> Ordered<T>(string what, IEnumerable<(T Definition, Type Type)> found, Func<T, string> name)
    {
        var ordered = found.OrderBy(item => name(item.Definition), StringComparer.Ordinal).ToArray();
        foreach (var (definition, type) in ordered)
        {
            if (!KindName.IsValid(name(definition)))
                throw new BadInputException($"{type}: a {what} cannot be called '{name(definition)}'; {KindName.Rule}");
        }
        foreach (var (first, second) in ordered.Zip(ordered.Skip(1)))
        {
            if (name(first.Definition) == name(second.Definition))
                throw new BadInputException($"{what} '{name(first.Definition)}' is defined twice, by {first.Type} and {second.Type}; rename one");
        }
        return [.. ordered.Select(item => item.Definition)];
    }

    /// <summary>Options of samplers, controls and datasets stand beside these members in a file.</summary>
    private void CheckOptionTypes()
    {
        foreach (var model in Models)
            Check(model.OptionsType);
        foreach (var sampler in Samplers)
            Check(sampler.OptionsType, SamplerEntries.Members);
        foreach (var control in Controls)
            Check(control.OptionsType, ControlEntries.Members);
        foreach (var dataset in Datasets)
            Check(dataset.OptionsType, DatasetEntries.Members);

        static void Check(Type type, params IEnumerable<string> reserved)
        {
            if (OptionRecord.Of(type).Names.Intersect(reserved).FirstOrDefault() is { } name)
                throw new BadInputException($"{type}: an option cannot be called '{name}', which experiment files use themselves; rename it");
        }
    }

    /// <summary>The same definitions, able to say of an unknown kind which plug-in earlier results have it from.</summary>
    /// <param name="results">Root of the results, which need not exist.</param>
    public Registry Recalling(string results) => new(Models, Samplers, Controls, Datasets, new EarlierPlugins(results));

    /// <summary>Resolves a sampler setting given outside an experiment file, with its label.</summary>
    /// <param name="kind">The sampler's kind.</param>
    /// <param name="options">The options given; the others keep their defaults.</param>
    /// <param name="samples">Images to draw.</param>
    /// <exception cref="BadInputException">The kind or an option is unknown or wrong.</exception>
    public SamplerChoice ChooseSampler(string kind, JsonObject options, int samples) =>
        SamplerEntries.Choose(Sampler(kind), SourceReader.Read($"sampler '{kind}'", options), samples);

    /// <summary>Resolves a dataset given outside an experiment file.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="options">The options given; the others keep their defaults.</param>
    /// <exception cref="BadInputException">The name or an option is unknown or wrong.</exception>
    public DatasetChoice ChooseDataset(string name, JsonObject options) =>
        DatasetEntries.Choose(Dataset(name), SourceReader.Read($"dataset '{name}'", options));

    /// <summary>Builds a model with freshly drawn weights.</summary>
    /// <exception cref="BadInputException">The kind or an option is unknown or wrong.</exception>
    public IGenerativeModel CreateModel(ModelChoice choice, DataSpec data)
    {
        var definition = Model(choice.Kind, choice.Plugin);
        var options = SourceReader.Read($"model '{choice.Kind}'", choice.Options);
        return options.Try(() => definition.Create(OptionRecord.Of(definition.OptionsType).Bind(options), data));
    }

    /// <summary>Builds a sampler.</summary>
    /// <exception cref="BadInputException">The kind or an option is unknown or wrong.</exception>
    public ISampler CreateSampler(SamplerChoice choice)
    {
        var definition = Sampler(choice.Kind, choice.Plugin);
        var options = SourceReader.Read($"sampler '{choice.Kind}'", choice.Options);
        return options.Try(() => definition.Create(OptionRecord.Of(definition.OptionsType).Bind(options)));
    }

    /// <summary>Builds a control for a dataset.</summary>
    /// <exception cref="BadInputException">The kind or an option is unknown or wrong, or the control cannot draw from this dataset.</exception>
    public IControl CreateControl(ControlChoice choice, Dataset dataset)
    {
        var definition = Control(choice.Kind);
        var options = SourceReader.Read($"control '{choice.Kind}'", choice.Options);
        return options.Try(() =>
        {
            var control = definition.Create(OptionRecord.Of(definition.OptionsType).Bind(options));
            control.Check(dataset);
            return control;
        });
    }

    /// <summary>Reads or makes the images of a dataset.</summary>
    /// <param name="choice">The dataset.</param>
    /// <param name="dataFolder">The folder that <c>--data</c> names.</param>
    /// <param name="progress">Told how far it is, or null.</param>
    /// <exception cref="BadInputException">The name or an option is unknown or wrong, or a file is.</exception>
    public Dataset OpenDataset(DatasetChoice choice, string dataFolder, IProgress<DataProgress>? progress = null)
    {
        var source = SourceReader.Read($"dataset '{choice.Name}'", choice.Options);
        return source.Try(() => Dataset(choice.Name, choice.Plugin).Open(DatasetOptions(choice), dataFolder, progress));
    }

    /// <summary>The options of a dataset as its own record.</summary>
    /// <exception cref="BadInputException">The name or an option is unknown or wrong.</exception>
    public object DatasetOptions(DatasetChoice choice) => OptionRecord.Of(Dataset(choice.Name, choice.Plugin).OptionsType)
        .Bind(SourceReader.Read($"dataset '{choice.Name}'", choice.Options));

    /// <summary>The dataset of a name.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public DatasetDefinition Dataset(string name) => Dataset(name, null);

    private DatasetDefinition Dataset(string name, PluginInfo? plugin) => Datasets.FirstOrDefault(dataset => dataset.Name == name)
        ?? throw new BadInputException(UnknownKind("dataset", name, Datasets.Select(dataset => dataset.Name), plugin));

    private ModelDefinition Model(string kind, PluginInfo? plugin) => Models.FirstOrDefault(model => model.Kind == kind)
        ?? throw new BadInputException(UnknownKind("model", kind, Models.Select(model => model.Kind), plugin));

    private SamplerDefinition Sampler(string kind, PluginInfo? plugin = null) => Samplers.FirstOrDefault(sampler => sampler.Kind == kind)
        ?? throw new BadInputException(UnknownKind("sampler", kind, Samplers.Select(sampler => sampler.Kind), plugin));

    internal ControlDefinition Control(string kind) => Controls.FirstOrDefault(control => control.Kind == kind)
        ?? throw new BadInputException(Unknown("control", kind, Controls.Select(control => control.Kind)));

    /// <summary>What to say of a kind that no definition has.</summary>
    /// <param name="what">model, sampler or dataset.</param>
    /// <param name="name">The kind.</param>
    /// <param name="known">The kinds there are.</param>
    /// <param name="plugin">The plug-in that it is of, where that is known.</param>
    internal string UnknownKind(string what, string name, IEnumerable<string> known, PluginInfo? plugin = null) =>
        (plugin ?? earlier?.Of(what, name)) is { } missing
            ? $"the {what} '{name}' is of the plug-in {missing.File} {missing.Version}, which was not given; give it with --plugin"
            : Unknown(what, name, known);

    internal static string Unknown(string what, string name, IEnumerable<string> known) =>
        $"unknown {what} '{name}'; {Suggestion.For(name, [.. known])}";
}
