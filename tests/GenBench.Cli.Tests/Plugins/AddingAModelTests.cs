using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace GenBench.Tests.Cli;

/// <summary>Does what docs/ADDING-A-MODEL.md says, block by block, in an empty folder.</summary>
public sealed class AddingAModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string In(params string[] path) => Path.Combine([folder.Path, .. path]);

    /// <summary>With the compiler in this process in the place of <c>dotnet build</c> and <c>dotnet run</c>.</summary>
    [Fact]
    public void Every_block_of_the_page_works()
    {
        var listed = Follow(command => command switch
        {
            ["dotnet", "build", var project, ..] => Compile(project),
            ["dotnet", "run", .., var project] => Check(project),
            _ => throw new InvalidOperationException(string.Join(' ', command)),
        });
        Assert.Contains("plain-vae", listed, StringComparison.Ordinal);
        Assert.Contains("independent-pixels", listed, StringComparison.Ordinal);
        Assert.Contains("(from PlainVae.dll)", listed, StringComparison.Ordinal);
        var figures = File.ReadAllLines(In("results", "plain", "report", "results.csv"));
        foreach (var row in new[] { ",plain-vae,0,direct,fid_clf,", ",independent-pixels,0,direct(observation=draw),fid_clf,", ",independent-pixels,0,,nll" })
            Assert.Contains(figures, line => line.Contains(row, StringComparison.Ordinal));
    }

    /// <summary>With the SDK: projects of their own that know nothing of the suite but its built assemblies.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Every_block_of_the_page_works_with_the_SDK() => Follow(Dotnet);

    /// <summary>Writes the files and runs the commands of the page in their order.</summary>
    /// <returns>What the commands printed.</returns>
    private string Follow(Func<string[], Ending> dotnet)
    {
        var printed = "";
        foreach (var block in MarkdownBlock.Read(File.ReadAllText(Path.Combine(Root(), "docs", "ADDING-A-MODEL.md"))))
        {
            if (block.Language != "sh")
            {
                Assert.True(block.File.Length > 0, $"a block is neither sh nor a file: {block.Text}");
                folder.File(block.File, block.Text);
                continue;
            }
            foreach (var line in block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var command = line.Split(' ');
                var ending = command is ["genbench", .. var arguments] ? GenbenchProcess.RunIn(folder.Path, arguments) : dotnet(command);
                Assert.True(ending.ExitCode == 0, $"{line}: exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
                printed += ending.Output;
            }
        }
        return printed;
    }

    private Ending Compile(string project)
    {
        PluginCompiler.Library(Assembly(project), [.. Directory.GetFiles(In(project), "*.cs").Select(File.ReadAllText)]);
        return new Ending(0, "", "");
    }

    private Ending Check(string project)
    {
        var plugin = Assembly("PlainVae");
        var program = PluginCompiler.Program(
            Assembly(project), File.ReadAllText(In(project, "Program.cs")), [.. PluginCompiler.Suite, PluginCompiler.Beside("GenBench.Experiments"), PluginCompiler.Beside("GenBench.Testing"), plugin]);
        var context = new AssemblyLoadContext(project);
        context.LoadFromAssemblyPath(plugin);
        context.LoadFromAssemblyPath(program).EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Array.Empty<string>()], null);
        return new Ending(0, "", "");
    }

    private string Assembly(string project) => In(project, "bin", "Release", "net10.0", $"{project}.dll");

    private Ending Dotnet(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GenBenchFolder"] = AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "GenBench.Cli.Tests"), Path.Combine("src", "GenBench.Cli"), StringComparison.Ordinal);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return GenbenchProcess.Wait(Process.Start(start)!);
    }

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Benchmarks.sln")))
            root = root.Parent!;
        return root.FullName;
    }
}
