using System.CommandLine;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;

namespace GenBench.Cli;

/// <summary><c>genbench list models|datasets|samplers|controls|metrics</c>.</summary>
internal static class ListCommand
{
    internal static Command Create()
    {
        var what = new Argument<string>("WHAT") { Description = "models, datasets, samplers, controls or metrics." };
        what.AcceptOnlyFromAmong("models", "datasets", "samplers", "controls", "metrics");
        var command = new Command("list", "List what experiment files can name.") { what };
        command.SetAction(parsed =>
        {
            var registry = Registry.BuiltIn;
            var rows = parsed.GetValue(what) switch
            {
                "models" => registry.Models.Select(model => (model.Kind, model.Description)),
                "datasets" => registry.Datasets.Select(dataset => (dataset.Name, dataset.Description)),
                "samplers" => registry.Samplers.Select(sampler => (sampler.Kind, sampler.Description)),
                "controls" => registry.Controls.Select(control => (control.Kind, control.Description)),
                _ => MetricNames.Described.Select(metric => (metric.Key, metric.Value)),
            };
            foreach (var (name, description) in rows)
                Console.WriteLine($"{name,-18} {description}");
        });
        return command;
    }
}
