using System.Security;
using System.Text.RegularExpressions;
using GenBench.Core;
using GenBench.Experiments;

namespace GenBench.Cli;

/// <summary>The files of a new model. The templates are valid themselves: a test compiles, trains and checks them as they stand.</summary>
internal static class ModelTemplate
{
    /// <summary>Namespace of the suite's models, which the template is written in; also the name of their folder.</summary>
    internal const string SuiteNamespace = "GenBench.Models";

    /// <summary>Namespace of a plug-in's models, to be replaced by whatever its author likes.</summary>
    internal const string PluginNamespace = "GenBench.Plugins";

    private const string Class = "TemplateModel", Kind = "template-model", Folder = "GENBENCH_FOLDER";

    /// <summary>The name of a kind's class, once it is sure that there can be such a class.</summary>
    /// <exception cref="BadInputException">The kind is no name, is taken, or its class would stand in the template's own way.</exception>
    internal static string ClassOf(string kind)
    {
        if (!KindName.IsValid(kind))
            throw new BadInputException($"NAME {kind}: {KindName.Rule}");
        if (Registry.BuiltIn.Models.Any(model => model.Kind == kind))
            throw new BadInputException($"NAME {kind}: there is a model of this kind; choose another name");
        var name = KindName.ClassOf(kind);
        var code = string.Join('\n', Resource($"{Class}.cs").Split('\n').Select(line => line.Split("//")[0]));
        return !Regex.IsMatch(code, $@"\b{name}\b") ? name
            : throw new BadInputException($"NAME {kind}: its class would be called {name}, which means something else in the file; choose another name");
    }

    /// <summary>The C# file of a kind that <see cref="ClassOf"/> accepts.</summary>
    internal static string Source(string kind, string space) => Resource($"{Class}.cs")
        .Replace(Class, KindName.ClassOf(kind), StringComparison.Ordinal)
        .Replace(Kind, kind, StringComparison.Ordinal)
        .Replace($"namespace {SuiteNamespace};", $"namespace {space};", StringComparison.Ordinal);

    /// <summary>The project file of a plug-in.</summary>
    /// <param name="genbench">Folder of the assemblies that it is built against.</param>
    internal static string Project(string genbench) => Resource("PluginProject.xml")
        .Replace(Folder, SecurityElement.Escape(Path.TrimEndingDirectorySeparator(Path.GetFullPath(genbench))), StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ModelTemplate).Assembly.GetManifestResourceStream($"Templates.{name}")!);
        return reader.ReadToEnd();
    }
}
