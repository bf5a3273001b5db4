using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GenBench.Experiments.Execution;

/// <summary>The machine and the versions that a result came from.</summary>
public static class RunEnvironment
{
    /// <summary>Names and values, in ordinal order.</summary>
    public static IReadOnlyDictionary<string, string> Describe(RunOptions options) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["device"] = options.Device,
        ["dotnet"] = Environment.Version.ToString(),
        ["genbench"] = typeof(RunEnvironment).Assembly.GetName().Version?.ToString(3) ?? "",
        ["os"] = RuntimeInformation.OSDescription,
        ["processor"] = Processor(),
        ["processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        ["threads"] = options.ThreadsPerCell.ToString(CultureInfo.InvariantCulture),
        ["torch"] = torch.__version__,
        ["workers"] = options.Workers.ToString(CultureInfo.InvariantCulture),
    };

    private static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        var line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
