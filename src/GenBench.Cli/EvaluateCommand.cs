using System.CommandLine;
using System.Globalization;
using GenBench.Experiments;
using GenBench.Experiments.SampleSets;

namespace GenBench.Cli;

/// <summary><c>genbench evaluate</c>: compares a set of samples with a reference, wherever they come from.</summary>
internal static class EvaluateCommand
{
    internal static Command Create()
    {
        var samples = new Option<string>("--samples") { Description = "Folder of images, .npz of images or statistics, .npy of features, an evaluation's folder, or dataset:NAME[:train|:test].", Required = true };
        var reference = new Option<string>("--reference") { Description = "What to compare them with; the same kinds.", Required = true };
        var metrics = new Option<string?>("--metrics") { Description = "Names with commas between them (default: all that the two sets allow)." };
        var save = new Option<string?>("--save-stats") { Description = "Write mean and covariance of the samples' features to this .npz." };
        var command = new Command("evaluate", "Compare any set of samples with a reference.") { samples, reference, metrics, save };
        var shared = new SetCommand();
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var request = new SetEvaluationRequest
            {
                Samples = parsed.GetValue(samples)!,
                Reference = parsed.GetValue(reference)!,
                Features = shared.Features(parsed),
                Metrics = SetCommand.Names(parsed.GetValue(metrics)),
                Resize = shared.Resize(parsed),
                SaveStatistics = parsed.GetValue(save),
                DataFolder = shared.DataFolder(parsed),
                CacheFolder = shared.CacheFolder(parsed),
                CacheBytes = shared.CacheBytes(parsed),
            };
            return shared.RunAsync(parsed, progress => new SetEvaluator(Registry.BuiltIn, TimeProvider.System, progress).Run(request, cancellation), Print, cancellation);
        });
        return command;
    }

    private static void Print(SetEvaluationResult result)
    {
        foreach (var metric in result.Metrics)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{metric.Name,-18} {metric.Value:G6}{(metric.Low is { } low && metric.High is { } high ? FormattableString.Invariant($" [{low:G6}, {high:G6}]") : "")}\n    {metric.Protocol}"));
    }
}
