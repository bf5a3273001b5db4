using System.CommandLine;

namespace GenBench.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    internal static Option<string> Data() => new("--data")
    {
        Description = "Folder of the datasets (default: GENBENCH_DATA, then ./data).",
        DefaultValueFactory = _ => DefaultData(),
    };

    internal static Option<string> Device() => new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };

    internal static Option<string[]> Plugin() => new("--plugin")
    {
        Description = "A plug-in's .dll with models, samplers, datasets or controls; may be given several times.",
        DefaultValueFactory = _ => [],
    };

    internal static string DefaultData() => Environment.GetEnvironmentVariable("GENBENCH_DATA") is { Length: > 0 } named ? named : "data";
}
