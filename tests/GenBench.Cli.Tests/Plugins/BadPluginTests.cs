using System.Reflection;

namespace GenBench.Tests.Cli;

/// <summary>A plug-in that cannot be used is one line that names the file and the mend; exit code 2.</summary>
public sealed class BadPluginTests : IDisposable
{
    private const string Sampler = """
        using GenBench.Core;

        /// <summary>No options.</summary>
        public sealed record Options;

        /// <summary>Fits nothing.</summary>
        public sealed class Idle : ISamplerDefinition<Idle, Options>
        {
            /// <inheritdoc/>
            public static string Kind => KIND;

            /// <inheritdoc/>
            public static string Description => "fits nothing";

            /// <inheritdoc/>
            public static int Version => 1;

            /// <inheritdoc/>
            public static Idle Create(Options options) => new();

            /// <inheritdoc/>
            public bool Fits(IGenerativeModel model) => false;

            /// <inheritdoc/>
            public Samples Sample(IGenerativeModel model, SampleRequest request) => throw new NotSupportedException();
        }
        """;

    private static readonly Version Here = AssemblyName.GetAssemblyName(PluginCompiler.Beside("GenBench.Core")).Version!;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string In(params string[] path) => Path.Combine([folder.Path, .. path]);

    private static void Refused(Ending ending, params string[] saying)
    {
        Assert.True(ending.ExitCode == 2, $"exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
        var line = Assert.Single(ending.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("genbench: --plugin ", line, StringComparison.Ordinal);
        Assert.All(saying, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    private static void RefusedByList(string plugin, params string[] saying) =>
        Refused(GenbenchProcess.Run("list", "samplers", "--plugin", plugin), [Path.GetFileName(plugin), .. saying]);

    private static string SamplerOf(string kind) => Sampler.Replace("KIND", kind, StringComparison.Ordinal);

    [Fact]
    public void Every_command_that_takes_plug_ins_refuses_one_that_is_missing()
    {
        var absent = In("Absent.dll");
        string[][] commands =
        [
            ["run", "x.json"], ["list", "models"], ["schema"], ["sample", folder.Path, "--count", "1", "--out", In("x.png")],
        ];
        foreach (var command in commands)
            Refused(GenbenchProcess.Run([.. command, "--plugin", absent]), "Absent.dll", "no such file");
        var cell = GenbenchProcess.Run("cell", In("cell"), "--plugin", absent);
        Assert.Equal(2, cell.ExitCode);
        Assert.Contains("no such file", cell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused()
    {
        RefusedByList(folder.File("Text.dll", "not an assembly"), "no .NET assembly");
        RefusedByList(folder.File("Empty.dll", ""), "no .NET assembly");
    }

    [Fact]
    public void An_assembly_that_defines_nothing_is_refused() => RefusedByList(
        PluginCompiler.Library(In("Nothing.dll"), "/// <summary>No model.</summary>\npublic sealed class Nothing;"), "defines no model", "IModelDefinition");

    [Fact]
    public void A_kind_that_there_is_already_is_refused()
    {
        RefusedByList(PluginCompiler.Library(In("Twice.dll"), SamplerOf("\"direct\"")), "'direct' is defined twice", "rename");
        var first = PluginCompiler.Library(In("First.dll"), SamplerOf("\"idle\""));
        var second = PluginCompiler.Library(In("Second.dll"), SamplerOf("\"idle\""));
        Refused(GenbenchProcess.Run("list", "samplers", "--plugin", first, "--plugin", second), "Second.dll", "'idle' is defined twice");
        Assert.Equal(0, GenbenchProcess.Run("list", "samplers", "--plugin", first, "--plugin", first).ExitCode);
    }

    [Fact]
    public void A_kind_that_cannot_name_a_folder_and_code_that_fails_are_refused()
    {
        RefusedByList(PluginCompiler.Library(In("Named.dll"), SamplerOf("\"../idle\"")), "'../idle'", "small letters");
        RefusedByList(PluginCompiler.Library(In("Failing.dll"), SamplerOf("throw new InvalidOperationException(\"no luck\")")), "no luck");
    }

    [Theory]
    [InlineData("0.1.99.0")]
    [InlineData("0.9.0.0")]
    [InlineData("7.0.0.0")]
    public void One_built_against_another_version_is_told_both_versions_and_what_to_do(string version)
    {
        var contract = PluginCompiler.Library(
            In("contract", "GenBench.Core.dll"), ["/// <summary>Another contract.</summary>\npublic interface IContract;"], [], version);
        var plugin = PluginCompiler.Library(In("Old.dll"), ["/// <summary>A model of it.</summary>\npublic sealed class Model : IContract;"], [contract]);
        RefusedByList(plugin, $"GenBench.Core {version[..^2]}", $"this is {Here.ToString(3)}", "build it again");
    }

    [Fact]
    public void One_built_against_a_contract_with_other_members_is_refused()
    {
        var contract = PluginCompiler.Library(
            In("contract", "GenBench.Core.dll"),
            ["namespace GenBench.Core;\n/// <summary>Without its members.</summary>\npublic interface IGenerativeModel;"], [], Here.ToString());
        var plugin = PluginCompiler.Library(In("Odd.dll"), ["/// <summary>A model of it.</summary>\npublic sealed class Model : GenBench.Core.IGenerativeModel;"], [contract]);
        RefusedByList(plugin, "does not have an implementation", "build it");
    }

    /// <summary>What the plug-in's folder holds is its own, but for the assemblies that it must share.</summary>
    [Fact]
    public void A_plug_in_brings_its_own_libraries_and_shares_the_suites()
    {
        var library = PluginCompiler.Library(In("Mine", "Names.dll"), ["/// <summary>A name.</summary>\npublic static class Names\n{\n    /// <summary>It.</summary>\n    public static string Mine => \"mine\";\n}"], []);
        File.Copy(PluginCompiler.Beside("GenBench.Core"), In("Mine", "GenBench.Core.dll"));
        var plugin = PluginCompiler.Library(In("Mine", "Mine.dll"), [SamplerOf("Names.Mine")], [.. PluginCompiler.Suite, library]);
        var listed = GenbenchProcess.Run("list", "samplers", "--plugin", plugin);
        Assert.True(listed.ExitCode == 0, listed.Error);
        Assert.Contains(listed.Output.Split('\n'), line => line.StartsWith("mine ", StringComparison.Ordinal) && line.Contains("(from Mine.dll)", StringComparison.Ordinal));
    }
}
