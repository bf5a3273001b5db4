using System.CommandLine;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;

namespace GenBench.Cli;

/// <summary><c>genbench schema</c>: the JSON schema of experiment files, for editors.</summary>
internal static class SchemaCommand
{
    internal static Command Create()
    {
        var plugin = CommonOptions.Plugin();
        var command = new Command("schema", "Print the JSON schema of experiment files.") { plugin };
        command.SetAction(parsed => Console.WriteLine(ExperimentSchema.Create(Plugins.Load(parsed.GetValue(plugin)!), MetricNames.All).TrimEnd()));
        return command;
    }
}
