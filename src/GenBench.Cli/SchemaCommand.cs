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
        var command = new Command("schema", "Print the JSON schema of experiment files.");
        command.SetAction(_ => Console.WriteLine(ExperimentSchema.Create(Registry.BuiltIn, MetricNames.All).TrimEnd()));
        return command;
    }
}
