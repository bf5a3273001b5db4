using System.Globalization;
using GenBench.Core;

namespace GenBench.Cli;

/// <summary>Shows how far fetching or packing is: one line that changes on a terminal, a line now and then elsewhere.
/// On the standard error, so that what a command prints stays clean.</summary>
internal sealed class DataProgressLines(TimeProvider time) : IProgress<DataProgress>
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(15);
    private readonly Lock access = new();
    private long last;

    public void Report(DataProgress value)
    {
        lock (access)
        {
            var complete = value.Total > 0 && value.Done >= value.Total;
            if (last != 0 && !complete && time.GetElapsedTime(last) < (Console.IsErrorRedirected ? Elsewhere : OnTerminal))
                return;
            last = time.GetTimestamp();
            if (Console.IsErrorRedirected)
                Console.Error.WriteLine(Describe(value));
            else
                Console.Error.Write($"\r{Describe(value)}   {(complete ? "\n" : "")}");
        }
    }

    /// <summary>E.g. <c>packing photos: 12800 of 60000 images (21%)</c>.</summary>
    internal static string Describe(DataProgress value)
    {
        if (value.Done == 0 && value.Total == 0)
            return value.Activity;
        var (unit, size) = value.Unit != "bytes" ? (value.Unit, 1) : Math.Max(value.Done, value.Total) < 1_000_000 ? ("kB", 1e3) : ("MB", 1e6);
        var (done, total) = (Count(value.Done), Count(value.Total));
        return value.Total == 0
            ? $"{value.Activity}: {done} {unit}"
            : string.Create(CultureInfo.InvariantCulture, $"{value.Activity}: {done} of {total} {unit} ({100 * value.Done / value.Total}%)");

        string Count(long number) => (number / size).ToString(size > 1 ? "0.0" : "0", CultureInfo.InvariantCulture);
    }
}
