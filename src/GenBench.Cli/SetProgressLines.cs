using System.Globalization;
using GenBench.Experiments.SampleSets;

namespace GenBench.Cli;

/// <summary>A line now and then, the first after a while: what is quick says nothing.</summary>
internal sealed class SetProgressLines(TimeProvider time) : IProgress<SetProgress>
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
