using System.Diagnostics;
using System.Globalization;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>Half a minute or more, on Linux: run it by <c>-- --explicit only --filter-class '*NeighbourMemoryTests' --show-live-output on</c>.</summary>
[Trait("Category", "Slow")]
public sealed class NeighbourMemoryTests(ITestOutputHelper output)
{
    private static double Mebibytes(string field)
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public void Ten_thousand_against_ten_thousand_at_2048_features_take_less_than_a_gibibyte(bool withIntervals)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "peak memory is read from /proc");
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 10_000, 2048), Draws.Normal(2, 10_000, 2048));
        File.WriteAllText("/proc/self/clear_refs", "5"); // VmHWM starts anew
        var (before, start) = (Mebibytes("VmRSS:"), Stopwatch.GetTimestamp());
        var precision = withIntervals ? NeighbourMetrics.Measure(x, y, 0)[0].Value : NeighbourMetrics.Between(x, y).Precision;
        var (seconds, extra) = (Stopwatch.GetElapsedTime(start).TotalSeconds, Mebibytes("VmHWM:") - before);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(withIntervals ? "with intervals" : "figures alone")}: {seconds:0.0} s on {get_num_threads()} threads, {extra:0} MiB beyond the features; precision {precision:0.0000}"));
        Assert.InRange(extra, 0, 1024);
    }
}
