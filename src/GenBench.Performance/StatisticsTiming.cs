using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Performance;

/// <summary>Times the Fréchet distance of two statistics that another program wrote, for <c>compare-frechet.py</c>.</summary>
internal static class StatisticsTiming
{
    /// <summary>Reads <c>mu1</c>, <c>sigma1</c>, <c>mu2</c> and <c>sigma2</c> from the folder, raw little-endian float64, and writes
    /// <c>seconds</c> there: the distance, then the seconds of each repeat after one that warms up, a line each.</summary>
    internal static void Run(string folder, int repeats, int threads)
    {
        set_num_threads(threads);
        var mean1 = Read(folder, "mu1");
        var d = mean1.shape[0];
        var (covariance1, mean2, covariance2) = (Read(folder, "sigma1").reshape(d, d), Read(folder, "mu2"), Read(folder, "sigma2").reshape(d, d));
        List<double> lines = [FrechetDistance.FromStatistics(mean1, covariance1, mean2, covariance2)];
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            FrechetDistance.FromStatistics(mean1, covariance1, mean2, covariance2);
            lines.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        File.WriteAllLines(Path.Combine(folder, "seconds"), lines.Select(line => line.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static Tensor Read(string folder, string name) =>
        tensor(MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(folder, name))).ToArray());
}
