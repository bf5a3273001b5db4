using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Experiments;

/// <summary>A model that the registry found.</summary>
/// <param name="Kind">Name in experiment files.</param>
/// <param name="Description">One line.</param>
/// <param name="Version">Version of the implementation; part of the training key.</param>
/// <param name="OptionsType">The record of its options.</param>
/// <param name="Create">Builds it from a value of <paramref name="OptionsType"/>; throws <see cref="InvalidOptionException"/> as the model does.</param>
public sealed record ModelDefinition(
    string Kind, string Description, int Version, Type OptionsType, Func<object, DataSpec, IGenerativeModel> Create)
{
    /// <summary>The plug-in that it was loaded from; null where the suite itself has it.</summary>
    public PluginInfo? Plugin { get; init; }
}

/// <summary>A sampler that the registry found.</summary>
/// <param name="Kind">Name in experiment files.</param>
/// <param name="Description">One line.</param>
/// <param name="Version">Version of the implementation; part of the evaluation key.</param>
/// <param name="OptionsType">The record of its options.</param>
/// <param name="Create">Builds it from a value of <paramref name="OptionsType"/>; throws <see cref="InvalidOptionException"/> as the sampler does.</param>
public sealed record SamplerDefinition(string Kind, string Description, int Version, Type OptionsType, Func<object, ISampler> Create)
{
    /// <summary>The plug-in that it was loaded from; null where the suite itself has it.</summary>
    public PluginInfo? Plugin { get; init; }
}

/// <summary>A control that the registry found.</summary>
/// <param name="Kind">Name in experiment files.</param>
/// <param name="Description">One line.</param>
/// <param name="Version">Version of the implementation; part of the key of its figures.</param>
/// <param name="OptionsType">The record of its options.</param>
/// <param name="Create">Builds it from a value of <paramref name="OptionsType"/>; throws <see cref="InvalidOptionException"/> as the control does.</param>
public sealed record ControlDefinition(string Kind, string Description, int Version, Type OptionsType, Func<object, IControl> Create)
{
    /// <summary>The plug-in that it was loaded from; null where the suite itself has it.</summary>
    public PluginInfo? Plugin { get; init; }
}

/// <summary>A dataset that the registry found.</summary>
/// <param name="Name">Name in experiment files.</param>
/// <param name="Description">One line.</param>
/// <param name="OptionsType">The record of its options.</param>
/// <param name="Describe">Shape and classes under a value of <paramref name="OptionsType"/>; throws <see cref="InvalidOptionException"/> as the dataset does.</param>
/// <param name="Open">Reads or makes the images; the second argument is the data folder, the third is told how far it is.</param>
public sealed record DatasetDefinition(
    string Name, string Description, Type OptionsType, Func<object, DataSpec> Describe, Func<object, string, IProgress<DataProgress>?, Dataset> Open)
{
    /// <summary>The files that it was published as; null where there are none.</summary>
    public Publication? Publication { get; init; }

    /// <summary>The plug-in that it was loaded from; null where the suite itself has it.</summary>
    public PluginInfo? Plugin { get; init; }
}
