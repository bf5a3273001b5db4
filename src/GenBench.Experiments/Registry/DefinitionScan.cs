using System.Reflection;
using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Experiments;

/// <summary>Finds the definitions in assemblies and turns their static members into delegates.</summary>
internal static class DefinitionScan
{
    internal static IReadOnlyList<(ModelDefinition Definition, Type Type)> Models(IEnumerable<Type> types) =>
        Definitions<ModelDefinition>(types, typeof(IModelDefinition<,>), nameof(Model));

    internal static IReadOnlyList<(SamplerDefinition Definition, Type Type)> Samplers(IEnumerable<Type> types) =>
        Definitions<SamplerDefinition>(types, typeof(ISamplerDefinition<,>), nameof(Sampler));

    internal static IReadOnlyList<(DatasetDefinition Definition, Type Type)> Datasets(IEnumerable<Type> types) =>
        Definitions<DatasetDefinition>(types, typeof(IDatasetDefinition<,>), nameof(Dataset));

    internal static IReadOnlyList<(ControlDefinition Definition, Type Type)> Controls(IEnumerable<Type> types) =>
        Definitions<ControlDefinition>(types, typeof(IControlDefinition<,>), nameof(Control));

    /// <exception cref="BadInputException">A type of the assembly cannot be loaded: a plug-in built against another version.</exception>
    internal static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            throw new BadInputException($"{assembly.GetName().Name}: cannot be loaded: {error.LoaderExceptions[0]?.Message.ReplaceLineEndings(" ").Trim()}; build it against this version", error);
        }
    }

    private static IReadOnlyList<(T Definition, Type Type)> Definitions<T>(IEnumerable<Type> types, Type contract, string factory) =>
    [
        .. from type in types
           where type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
           from implemented in type.GetInterfaces()
           where implemented.IsGenericType && implemented.GetGenericTypeDefinition() == contract && implemented.GetGenericArguments()[0] == type
           let method = typeof(DefinitionScan).GetMethod(factory, BindingFlags.NonPublic | BindingFlags.Static)!
           let definition = method.MakeGenericMethod(implemented.GetGenericArguments()).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [PluginContext.Of(type)], null)
           select ((T)definition, type)
    ];

    private static ModelDefinition Model<TModel, TOptions>(PluginInfo? plugin)
        where TModel : IModelDefinition<TModel, TOptions>
        where TOptions : class, new() =>
        new(TModel.Kind, TModel.Description, TModel.Version, typeof(TOptions), (options, data) => TModel.Create((TOptions)options, data)) { Plugin = plugin };

    private static SamplerDefinition Sampler<TSampler, TOptions>(PluginInfo? plugin)
        where TSampler : ISamplerDefinition<TSampler, TOptions>
        where TOptions : class, new() =>
        new(TSampler.Kind, TSampler.Description, TSampler.Version, typeof(TOptions), options => TSampler.Create((TOptions)options)) { Plugin = plugin };

    private static ControlDefinition Control<TControl, TOptions>(PluginInfo? plugin)
        where TControl : IControlDefinition<TControl, TOptions>
        where TOptions : class, new() =>
        new(TControl.Kind, TControl.Description, TControl.Version, typeof(TOptions), options => TControl.Create((TOptions)options)) { Plugin = plugin };

    private static DatasetDefinition Dataset<TDataset, TOptions>(PluginInfo? plugin)
        where TDataset : IDatasetDefinition<TDataset, TOptions>
        where TOptions : class, new() =>
        new(TDataset.Name, TDataset.Description, typeof(TOptions), options => TDataset.Describe((TOptions)options),
            (options, folder, progress) => TDataset.Open((TOptions)options, folder, progress))
        {
            Publication = typeof(IPublishedDataset).IsAssignableFrom(typeof(TDataset))
                ? (Publication)typeof(TDataset).GetProperty(nameof(IPublishedDataset.Publication))!.GetValue(null)!
                : null,
            Plugin = plugin,
        };
}
