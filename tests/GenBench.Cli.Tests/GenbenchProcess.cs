using System.Diagnostics;

namespace GenBench.Tests.Cli;

/// <summary>How a run of the command line ended.</summary>
internal sealed record Ending(int ExitCode, string Output, string Error);

/// <summary>Runs the built command line as its users do: in a process of its own.</summary>
internal static class GenbenchProcess
{
    internal static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "genbench");

    /// <summary>The root of the repository that the tests were built in.</summary>
    internal static string Repository
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "Benchmarks.sln")))
                root = root.Parent!;
            return root.FullName;
        }
    }

    internal static Ending Run(params string[] arguments) => Wait(Start(arguments));

    /// <summary>Runs it with some environment variables besides its own.</summary>
    internal static Ending Run(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Wait(Start(environment, arguments));

    /// <summary>Runs it in a folder of its own choice.</summary>
    internal static Ending RunIn(string folder, params string[] arguments) => Wait(Start(new Dictionary<string, string>(), arguments, folder));

    internal static Ending Wait(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Ending(process.ExitCode, output, error.Result);
    }

    internal static Process Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    private static Process Start(IReadOnlyDictionary<string, string> environment, string[] arguments, string folder = "")
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("genbench-test-").FullName;

    internal string File(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
