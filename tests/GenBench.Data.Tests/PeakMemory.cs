using System.Globalization;

namespace GenBench.Tests.Data;

/// <summary>The most memory that this process had since a moment, native memory included; Linux alone says it.</summary>
internal sealed class PeakMemory
{
    private readonly long start;

    /// <summary>Begins now.</summary>
    public PeakMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak is what is resident now
        start = Peak();
    }

    /// <summary>By how many bytes more was resident at most than at the beginning; 0 on other systems. The kernel counts by
    /// processor, so it may say a little less than nothing.</summary>
    public long Growth => OperatingSystem.IsLinux() ? Math.Max(0, Peak() - start) : 0;

    private static long Peak() => Field("VmHWM:");

    /// <summary>A field of <c>/proc/self/status</c>, in bytes.</summary>
    internal static long Field(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
