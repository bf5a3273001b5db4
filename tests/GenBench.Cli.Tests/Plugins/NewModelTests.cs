namespace GenBench.Tests.Cli;

/// <summary><c>genbench new model</c>: where it writes what, and what it refuses. That the file works is tested where it is built.</summary>
public sealed class NewModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string In(params string[] path) => Path.Combine([folder.Path, .. path]);

    private Ending New(params string[] arguments) => GenbenchProcess.RunIn(folder.Path, ["new", "model", .. arguments]);

    private static void Made(Ending ending) => Assert.True(ending.ExitCode == 0, ending.Output + ending.Error);

    private static void Refused(Ending ending, params string[] saying)
    {
        Assert.True(ending.ExitCode == 2, $"exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
        var line = Assert.Single(ending.Error.TrimEnd().Split('\n'));
        Assert.All(saying, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Inside_the_repository_it_joins_the_suites_models()
    {
        folder.File("Benchmarks.sln", "");
        Directory.CreateDirectory(In("src", "GenBench.Models", "Flows"));
        Made(GenbenchProcess.RunIn(In("src"), "new", "model", "word-vae"));
        var source = File.ReadAllText(In("src", "GenBench.Models", "WordVae.cs"));
        Assert.Contains("namespace GenBench.Models;", source, StringComparison.Ordinal);
        Assert.Contains("static string Kind => \"word-vae\";", source, StringComparison.Ordinal);
        Assert.DoesNotContain("emplate", source, StringComparison.Ordinal);
        Refused(New("flows"), "Flows", "namespace");
    }

    [Fact]
    public void Outside_it_is_a_file_in_this_folder_or_where_asked_and_with_a_project_a_folder_of_its_own()
    {
        Made(New("word-vae"));
        Made(New("word-vae", "--out", "there"));
        Made(New("word-vae", "--project"));
        Assert.Equal(
            ["WordVae.cs", Path.Combine("WordVae", "WordVae.cs"), Path.Combine("WordVae", "WordVae.csproj"), Path.Combine("there", "WordVae.cs")],
            Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder.Path, path)).Order(StringComparer.Ordinal));
        Assert.Contains("namespace GenBench.Plugins;", File.ReadAllText(In("WordVae.cs")), StringComparison.Ordinal);
        Assert.Contains($">{Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)}<", File.ReadAllText(In("WordVae", "WordVae.csproj")), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_overwritten()
    {
        folder.File("WordVae.cs", "mine");
        Refused(New("word-vae"), "WordVae.cs", "already");
        Refused(New("word-vae", "--project", "--out", "."), "WordVae.cs", "already");
        Assert.Equal("mine", File.ReadAllText(In("WordVae.cs")));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("WordVae", "small letters")]
    [InlineData("word_vae", "small letters")]
    [InlineData("../vae", "small letters")]
    [InlineData("2d", "small letters")]
    [InlineData("vae", "there is a model")]
    [InlineData("tensor", "Tensor")]
    [InlineData("kind", "Kind")]
    public void A_name_that_cannot_be_a_kind_and_a_class_is_refused(string name, string saying)
    {
        Refused(New(name), $"NAME {name}", saying);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_without_genbench_is_refused() => Refused(New("word-vae", "--project", "--genbench", folder.Path), folder.Path, "GenBench.Core.dll");
}
