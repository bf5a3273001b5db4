using System.Reflection;
using System.Runtime.Loader;

namespace GenBench.Experiments;

/// <summary>Keeps a plug-in and the assemblies that it brings along to themselves, but for those by which it and the host must mean
/// the same: the suite's own, and TorchSharp.</summary>
internal sealed class PluginContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver resolver;

    /// <param name="path">Full path of the plug-in's assembly, which exists.</param>
    /// <param name="info">What it is.</param>
    internal PluginContext(string path, PluginInfo info) : base(info.File)
    {
        resolver = new AssemblyDependencyResolver(path);
        Info = info;
    }

    internal PluginInfo Info { get; }

    /// <summary>The plug-in that a type is of, or null where it is the suite's.</summary>
    internal static PluginInfo? Of(Type type) => (GetLoadContext(type.Assembly) as PluginContext)?.Info;

    /// <summary>Version of the host's assembly of this name where plug-ins share it, else null.</summary>
    internal static Version? Shared(AssemblyName name)
    {
        if (name.Name is not { } simple || simple != "TorchSharp" && !simple.StartsWith("GenBench.", StringComparison.Ordinal))
            return null;
        try
        {
            return Default.LoadFromAssemblyName(new AssemblyName(simple)).GetName().Version;
        }
        catch (FileNotFoundException)
        {
            return null; // a library of the plug-in's with such a name
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        Shared(assemblyName) is not null || resolver.ResolveAssemblyToPath(assemblyName) is not { } path ? null : LoadFromAssemblyPath(path);

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
