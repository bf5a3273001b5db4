using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using GenBench.Experiments;
using GenBench.Experiments.Execution;
using GenBench.Experiments.SampleSets;
using GenBench.Native;

namespace GenBench.Cli;

/// <summary><c>genbench evaluate</c>: compares a set of samples with a reference, wherever they come from. Figures go to the
/// standard output, progress to the standard error.</summary>
internal static class EvaluateCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Create()
    {
        var samples = new Option<string>("--samples") { Description = "Folder of images, .npz of images or statistics, .npy of features, or dataset:NAME[:train|:test].", Required = true };
        var reference = new Option<string>("--reference") { Description = "What to compare them with; the same kinds.", Required = true };
        var features = new Option<string?>("--features") { Description = "inception, a frozen classifier (mnist, shapes) or a TorchScript FILE.pt (default: the classifier of the reference's dataset)." };
        var metrics = new Option<string?>("--metrics") { Description = "Names with commas between them (default: all that the two sets allow)." };
        var resize = new Option<int?>("--resize") { Description = "Resize images of both sets to N x N." };
        var save = new Option<string?>("--save-stats") { Description = "Write mean and covariance of the samples' features to this .npz." };
        var data = CommonOptions.Data();
        var cache = new Option<string>("--cache") { Description = "Folder of computed features (default: GENBENCH_CACHE, then the user's cache folder).", DefaultValueFactory = _ => DefaultCache() };
        var limit = new Option<long>("--cache-limit") { Description = "Megabytes of computed features to keep; 0 keeps none.", DefaultValueFactory = _ => 2048 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("evaluate", "Compare any set of samples with a reference.") { samples, reference, features, metrics, resize, save, data, cache, limit, json };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new SetEvaluationRequest
            {
                Samples = parsed.GetValue(samples)!,
                Reference = parsed.GetValue(reference)!,
                Features = parsed.GetValue(features),
                Metrics = parsed.GetValue(metrics)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                Resize = parsed.GetValue(resize),
                SaveStatistics = parsed.GetValue(save),
                DataFolder = parsed.GetValue(data)!,
                CacheFolder = parsed.GetValue(cache)!,
                CacheBytes = Math.Min(parsed.GetValue(limit), long.MaxValue >> 20) << 20,
            };
            return RunAsync(request, parsed.GetValue(json), cancellation);
        });
        return command;
    }

    /// <summary>Runs on a thread of its own, for the signal handlers are only in place once the action has returned its task. Metrics hear
    /// of their cancellation between tiles, groups and batches; what takes longer in a single call of the library is left behind.</summary>
    private static async Task<int> RunAsync(SetEvaluationRequest request, bool json, CancellationToken cancellation)
    {
        var work = Task.Factory.StartNew(() => Run(request, json, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var stop = new TaskCompletionSource();
        using var registration = cancellation.Register(stop.SetResult);
        await Task.WhenAny(work, stop.Task);
        if (!work.IsCompleted)
            await Task.WhenAny(work, Task.Delay(Patience, CancellationToken.None));
        return work.IsCompleted ? await work : ExitCodes.Interrupted;
    }

    private static int Run(SetEvaluationRequest request, bool json, CancellationToken cancellation)
    {
        TorchLibrary.Load();
        var result = new SetEvaluator(Registry.BuiltIn, TimeProvider.System, new ProgressLines(TimeProvider.System)).Run(request, cancellation);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
        else
            foreach (var metric in result.Metrics)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{metric.Name,-18} {metric.Value:G6}{(metric.Low is { } low && metric.High is { } high ? FormattableString.Invariant($" [{low:G6}, {high:G6}]") : "")}\n    {metric.Protocol}"));
        return ExitCodes.Success;
    }

    private static string DefaultCache()
    {
        if (Environment.GetEnvironmentVariable("GENBENCH_CACHE") is { Length: > 0 } named)
            return named;
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } users
            ? Path.Combine(users, "genbench")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "genbench");
    }

    /// <summary>A line now and then, the first after a while: what is quick says nothing.</summary>
    private sealed class ProgressLines(TimeProvider time) : IProgress<SetProgress>
    {
        private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);
        private long last = time.GetTimestamp();
        private (string Phase, long Start) current = ("", 0);

        public void Report(SetProgress value)
        {
            var now = time.GetTimestamp();
            if (current.Phase != value.Phase)
                current = (value.Phase, now);
            if (time.GetElapsedTime(last, now) < Between)
                return;
            last = now;
            Console.Error.WriteLine(value.Total == 0 ? value.Phase : Describe(value, time.GetElapsedTime(current.Start, now).TotalSeconds));
        }

        private static string Describe(SetProgress value, double seconds)
        {
            var done = string.Create(CultureInfo.InvariantCulture, $"{value.Phase}: {value.Done} of {value.Total}");
            if (seconds < 1 || value.Done == 0)
                return done;
            var left = TimeSpan.FromSeconds(Math.Round((value.Total - value.Done) * seconds / value.Done));
            return string.Create(CultureInfo.InvariantCulture, $"{done}, {value.Done / seconds:0}/s, {left:c} left");
        }
    }
}
