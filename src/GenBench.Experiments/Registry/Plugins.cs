using System.Reflection;
using System.Security.Cryptography;
using GenBench.Core;

namespace GenBench.Experiments;

/// <summary>Loads models, samplers and datasets from assemblies outside the suite: what <c>--plugin</c> names.</summary>
public static class Plugins
{
    /// <summary>What the suite defines, and what the plug-ins define besides.</summary>
    /// <param name="files">Their assemblies; one that is named twice is loaded once.</param>
    /// <exception cref="BadInputException">A file is missing, is no assembly, was built against another version, defines nothing, or
    /// defines what there is already; the message names the file and what to do.</exception>
    public static Registry Load(params IReadOnlyList<string> files)
    {
        if (files.Contains(""))
            throw new BadInputException("--plugin: names no file; give the .dll that building the plug-in wrote");
        var types = Registry.BuiltInAssemblies.SelectMany(DefinitionScan.TypesOf).ToList();
        var registry = Registry.BuiltIn;
        foreach (var file in files.DistinctBy(name => Path.GetFullPath(name), StringComparer.Ordinal))
        {
            var before = Count(registry);
            registry = Scan(file, LoadAssembly(file), types);
            if (Count(registry) == before)
                throw Refusal(file, "defines no model, sampler, control or dataset; a model is a class that implements IModelDefinition, see docs/ADDING-A-MODEL.md");
        }
        return registry;
    }

    private static int Count(Registry registry) => registry.Models.Count + registry.Samplers.Count + registry.Controls.Count + registry.Datasets.Count;

    private static Assembly LoadAssembly(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
            throw Refusal(file, "no such file; give the .dll that building the plug-in wrote");
        try
        {
            var name = NameOf(file, path);
            var info = new PluginInfo(Path.GetFileName(path), Shown(name.Version), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
            var assembly = new PluginContext(path, info).LoadFromAssemblyPath(path);
            CheckReferences(file, assembly);
            return assembly;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            throw Refusal(file, $"cannot be loaded: {OneLine(error)}; build it again", error);
        }
    }

    private static AssemblyName NameOf(string file, string path)
    {
        try
        {
            return AssemblyName.GetAssemblyName(path);
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException or ArgumentException)
        {
            throw Refusal(file, "is no .NET assembly; give the .dll that building the plug-in wrote", error);
        }
    }

    /// <summary>Until 1.0 every minor version may change the contracts, as semantic versioning has it; a patch only adds.</summary>
    private static void CheckReferences(string file, Assembly plugin)
    {
        foreach (var reference in plugin.GetReferencedAssemblies())
        {
            if (PluginContext.Shared(reference) is { } here && reference.Version is { } built
                && ((built.Major, built.Minor) != (here.Major, here.Minor) || built > here))
                throw Refusal(file, $"was built against {reference.Name} {Shown(built)}, and this is {Shown(here)}; build it again against the assemblies beside this genbench");
        }
    }

    /// <summary>The definitions among the types and the assembly's, which are added to them.</summary>
    private static Registry Scan(string file, Assembly assembly, List<Type> types)
    {
        try
        {
            types.AddRange(DefinitionScan.TypesOf(assembly));
            return Registry.Of(types);
        }
        catch (BadInputException error)
        {
            throw Refusal(file, error.Message, error);
        }
        catch (Exception error)
        {
            // Whatever the plug-in's own code throws, or the runtime where a member that it calls is gone.
            throw Refusal(file, $"cannot be used: {OneLine(error.GetBaseException())}; build it again against the assemblies beside this genbench", error);
        }
    }

    private static string Shown(Version? version) => version?.ToString(3) ?? "0.0.0";

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ").Trim();

    private static BadInputException Refusal(string file, string message, Exception? error = null) => new($"--plugin {file}: {message}", error);
}
