using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GenBench.Tests.Core;

/// <summary>Holds the arrows of the design: who may know whom, read from the project files and sources.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Native"] = [],
        ["Data"] = ["Core"],
        ["Models"] = ["Core"],
        ["Metrics"] = ["Core"],
        ["Experiments"] = ["Core", "Data", "Models", "Metrics"],
        ["Testing"] = ["Core", "Data", "Models", "Metrics", "Experiments", "Native"],
        ["Cli"] = ["Core", "Data", "Models", "Metrics", "Experiments", "Native", "Testing"],
        ["Performance"] = ["Core", "Data", "Models", "Metrics", "Native"],
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Benchmarks.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    private static string Project(string name) => Path.Combine(Root, "src", $"GenBench.{name}", $"GenBench.{name}.csproj");

    private static IEnumerable<string> References(string project, string item) =>
        XDocument.Load(project).Descendants(item).Select(reference => reference.Attribute("Include")!.Value);

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(Project(project))!, "*.cs", SearchOption.AllDirectories)
            .Where(path => !GeneratedFolders().IsMatch(path));

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex GeneratedFolders();

    [GeneratedRegex("static string Kind => \"([^\"]+)\"")]
    private static partial Regex KindDeclaration();

    [Fact]
    public void Every_project_has_its_place_in_the_design() => Assert.Equal(
        Allowed.Keys.Order(), Directory.GetDirectories(Path.Combine(Root, "src")).Select(path => Path.GetFileName(path)["GenBench.".Length..]).Order());

    [Theory]
    [InlineData("Core")]
    [InlineData("Native")]
    [InlineData("Data")]
    [InlineData("Models")]
    [InlineData("Metrics")]
    [InlineData("Experiments")]
    [InlineData("Testing")]
    [InlineData("Cli")]
    [InlineData("Performance")]
    public void A_project_references_only_those_it_may_know(string project)
    {
        var references = References(Project(project), "ProjectReference")
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))["GenBench.".Length..]);
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Only_the_command_line_has_packages_that_write_to_the_console()
    {
        foreach (var project in Allowed.Keys.Where(name => name != "Cli"))
            Assert.Empty(References(Project(project), "PackageReference").Intersect(["Spectre.Console", "System.CommandLine"]));
        Assert.Contains("'$(MSBuildProjectName)' != 'GenBench.Cli'", File.ReadAllText(Path.Combine(Root, "Directory.Build.targets")), StringComparison.Ordinal);
        Assert.Contains("T:System.Console;", File.ReadAllText(Path.Combine(Root, "BannedSymbols.Console.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_knows_no_tensor()
    {
        var reporting = Sources("Experiments").Where(path => path.Contains("/Reporting/", StringComparison.Ordinal));
        Assert.DoesNotContain(reporting, path => File.ReadAllText(path).Contains("TorchSharp", StringComparison.Ordinal));
    }

    [Fact]
    public void No_source_outside_the_models_names_a_model()
    {
        string[] planned = ["vae", "dcgan", "realnvp", "glow", "ddpm", "latent-diffusion"];
        string[] baselines = ["pixel-gaussian"]; // also a row beside every table, of the same law and by the same name
        var declared = Sources("Models").Select(File.ReadAllText).Where(text => text.Contains("IModelDefinition<", StringComparison.Ordinal))
            .SelectMany(text => KindDeclaration().Matches(text)).Select(match => match.Groups[1].Value);
        var named = from project in Allowed.Keys.Where(name => name != "Models")
                    from path in Sources(project)
                    from line in File.ReadLines(path)
                    let code = line.Split("//")[0]
                    from kind in planned.Union(declared).Except(baselines)
                    where code.Contains($"\"{kind}\"", StringComparison.Ordinal)
                    select $"{Path.GetRelativePath(Root, path)}: {code.Trim()}";
        Assert.Empty(named);
    }

    [Fact]
    public void The_top_level_is_laid_out_as_designed()
    {
        foreach (var file in new[] { "Benchmarks.sln", "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig" })
            Assert.True(File.Exists(Path.Combine(Root, file)), file);
        foreach (var folder in new[] { "src", "tests", "experiments" })
            Assert.True(Directory.Exists(Path.Combine(Root, folder)), folder);
    }

    [Fact]
    public void Every_library_has_a_test_project()
    {
        foreach (var project in Allowed.Keys.Where(name => name != "Performance"))
            Assert.True(File.Exists(Path.Combine(Root, "tests", $"GenBench.{project}.Tests", $"GenBench.{project}.Tests.csproj")), project);
    }
}
