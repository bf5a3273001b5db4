using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GenBench.Tests.Cli;

/// <summary>Compiles plug-ins in this process as their project files have them compiled: nullable, documented, against the assemblies that
/// the scaffold references and no others. A warning is an error.</summary>
internal static class PluginCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly string Runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static readonly string[] Platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == Runtime),
    ];

    /// <summary>The assemblies of the suite that a scaffolded project references.</summary>
    internal static IReadOnlyList<string> Suite { get; } = [Beside("GenBench.Core"), Beside("GenBench.Data"), Beside("GenBench.Models"), Beside("TorchSharp")];

    internal static string Beside(string assembly) => Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll");

    /// <summary>Compiles a library against <see cref="Suite"/> and writes it, with its documentation beside it.</summary>
    internal static string Library(string path, params string[] sources) => Library(path, sources, Suite);

    internal static string Library(string path, IEnumerable<string> sources, IEnumerable<string> references, string version = "1.2.3.0") =>
        Emit(path, [.. sources, $"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]"], references, OutputKind.DynamicallyLinkedLibrary);

    /// <summary>Compiles a program and writes it.</summary>
    internal static string Program(string path, string source, IEnumerable<string> references) => Emit(path, [source], references, OutputKind.ConsoleApplication);

    private static string Emit(string path, IEnumerable<string> sources, IEnumerable<string> references, OutputKind kind)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Diagnose);
        var compiling = new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release)
            // A library built for an older framework: the SDK passes over these two as well.
            .WithSpecificDiagnosticOptions(new Dictionary<string, ReportDiagnostic> { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress });
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            sources.Prepend(ImplicitUsings).Select(source => CSharpSyntaxTree.ParseText(source, parsing)),
            Platform.Concat(references).Select(reference => MetadataReference.CreateFromFile(reference)),
            compiling);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var assembly = File.Create(path))
        using (var documentation = File.Create(Path.ChangeExtension(path, ".xml")))
        {
            var result = compilation.Emit(assembly, xmlDocumentationStream: documentation);
            Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        }
        return path;
    }
}
