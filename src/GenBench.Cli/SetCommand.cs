using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using GenBench.Experiments.Execution;
using GenBench.Experiments.SampleSets;
using GenBench.Native;

namespace GenBench.Cli;

/// <summary>What <c>genbench evaluate</c> and <c>genbench compare</c> share: their options, and how they run. Figures go to the
/// standard output, progress to the standard error.</summary>
internal sealed class SetCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> features = new("--features") { Description = "inception, a frozen classifier (mnist, fashion-mnist, shapes) or a TorchScript FILE.pt (default: the classifier of the reference's dataset)." };
    private readonly Option<int?> resize = new("--resize") { Description = "Resize images of all sets to N x N." };
    private readonly Option<string> data = CommonOptions.Data();
    private readonly Option<string> cache = new("--cache") { Description = "Folder of computed features (default: GENBENCH_CACHE, then the user's cache folder).", DefaultValueFactory = _ => DefaultCache() };
    private readonly Option<long> limit = new("--cache-limit") { Description = "Megabytes of computed features to keep; 0 keeps none.", DefaultValueFactory = _ => 2048 };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object." };

    internal void AddTo(Command command)
    {
        foreach (var option in (Option[])[features, resize, data, cache, limit, json])
            command.Add(option);
    }

    internal string? Features(ParseResult parsed) => parsed.GetValue(features);

    internal int? Resize(ParseResult parsed) => parsed.GetValue(resize);

    internal string DataFolder(ParseResult parsed) => parsed.GetValue(data)!;

    internal string CacheFolder(ParseResult parsed) => parsed.GetValue(cache)!;

    internal long CacheBytes(ParseResult parsed) => Math.Min(parsed.GetValue(limit), long.MaxValue >> 20) << 20;

    internal static string[]? Names(string? metrics) => metrics?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs on a thread of its own, for the signal handlers are only in place once the action has returned its task. Metrics hear
    /// of their cancellation between tiles, groups and batches; what takes longer in a single call of the library is left behind.</summary>
    internal async Task<int> RunAsync<T>(ParseResult parsed, Func<IProgress<SetProgress>, T> measure, Action<T> print, CancellationToken cancellation)
    {
        var work = Task.Factory.StartNew(() =>
        {
            TorchLibrary.Load();
            var result = measure(new SetProgressLines(TimeProvider.System));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(result, Json));
            else
                print(result);
            return ExitCodes.Success;
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var stop = new TaskCompletionSource();
        using var registration = cancellation.Register(stop.SetResult);
        await Task.WhenAny(work, stop.Task);
        if (!work.IsCompleted)
            await Task.WhenAny(work, Task.Delay(Patience, CancellationToken.None));
        return work.IsCompleted ? await work : ExitCodes.Interrupted;
    }

    private static string DefaultCache()
    {
        if (Environment.GetEnvironmentVariable("GENBENCH_CACHE") is { Length: > 0 } named)
            return named;
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } users
            ? Path.Combine(users, "genbench")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "genbench");
    }
}
