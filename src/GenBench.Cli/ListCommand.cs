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
        var plugin = CommonOptions.Plugin();
        var command = new Command("list", "List what experiment files can name.") { what, plugin };
        command.SetAction(parsed =>
        {
            var registry = Plugins.Load(parsed.GetValue(plugin)!);
            var rows = parsed.GetValue(what) switch
            {
                "models" => registry.Models.Select(model => (model.Kind, Described(model.Description, model.Plugin))),
                "datasets" => registry.Datasets.Select(dataset => (dataset.Name, Described(dataset.Description, dataset.Plugin))),
                "samplers" => registry.Samplers.Select(sampler => (sampler.Kind, Described(sampler.Description, sampler.Plugin))),
                "controls" => registry.Controls.Select(control => (control.Kind, Described(control.Description, control.Plugin))),
                _ => MetricNames.Described.Select(metric => (metric.Key, metric.Value)),
            };
            foreach (var (name, description) in rows)
                Console.WriteLine($"{name,-18} {description}");
        });
        return command;
    }

    private static string Described(string description, PluginInfo? plugin) => plugin is null ? description : $"{description} (from {plugin.File})";
}
