using System.Globalization;
using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>
/// Times sampling: a warm-up, then repeats, the device synchronised at each clock reading. A run longer than
/// <see cref="LongRun"/> is stopped there and its time is the median time of an evaluation times their number;
/// the row then says so.
/// </summary>
public sealed class SamplingCost(TimeProvider time, Device device, int threads)
{
    /// <summary>A timed run is cut off after this long.</summary>
    public static readonly TimeSpan LongRun = TimeSpan.FromSeconds(20);

    private const string LatencyName = "latency_ms";

    /// <summary>The metric that holds the sampling rate at a batch size.</summary>
    public static string RateName(int batchSize) => $"images_per_second_batch_{batchSize}";

    /// <summary>Whether a row is of what is timed at one of these batch sizes.</summary>
    internal static bool Measures(MetricRow row, IReadOnlyList<int> batchSizes) =>
        batchSizes.Any(size => row.Metric == RateName(size)) || (row.Metric == LatencyName && batchSizes.Contains(1));

    /// <summary>Rows <c>images_per_second_batch_B</c> and <c>latency_ms</c> (the time of a batch of one), with
    /// inter-quartile ranges, for each batch size.</summary>
    public IReadOnlyList<MetricRow> Measure(
        IGenerativeModel model, ISampler sampler, int nfe, CostSpec spec, CancellationToken cancellation)
    {
        using var noGrad = no_grad();
        var rows = new List<MetricRow>();
        foreach (var batchSize in spec.BatchSizes)
        {
            Time(model, sampler, nfe, batchSize, LongRun, cancellation);
            var runs = Enumerable.Range(0, spec.Repeats).Select(_ => Time(model, sampler, nfe, batchSize, LongRun, cancellation)).ToArray();
            var seconds = runs.Select(run => run.Seconds).Order().ToArray();
            var cut = runs.Any(run => run.Evaluations < nfe);
            var protocol = string.Create(CultureInfo.InvariantCulture,
                $"median and inter-quartile range of {spec.Repeats} runs after a warm-up, {device.type}, {threads} threads, float32") +
                (cut ? $"; extrapolated from the median time of {runs.Min(run => run.Evaluations)} of {nfe} evaluations" : "");
            rows.Add(Row(RateName(batchSize), seconds.Select(s => batchSize / s), "images/s"));
            if (batchSize == 1)
                rows.Add(Row(LatencyName, seconds.Select(s => s * 1000), "ms"));

            MetricRow Row(string name, IEnumerable<double> values, string unit)
            {
                var sorted = values.Order().ToArray();
                return new MetricRow(name, Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75), sorted.Length, unit, "measured", protocol);
            }
        }
        return rows;
    }

    /// <summary>Times one run; where it is longer than <paramref name="longRun"/>, from the evaluations until then.</summary>
    internal (double Seconds, int Evaluations) Time(
        IGenerativeModel model, ISampler sampler, int nfe, int batchSize, TimeSpan longRun, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var readings = new List<long>();
        var request = new SampleRequest(new ImageNoise(0, 0, batchSize, device), SampleLabels.Of(model, 0, batchSize, device))
        {
            Cancellation = enough.Token,
            Evaluating = () =>
            {
                readings.Add(Now());
                if (readings.Count > 2 && time.GetElapsedTime(readings[0], readings[^1]) > longRun)
                    enough.Cancel();
            },
        };
        var start = Now();
        try
        {
            sampler.Sample(model, request);
            return (time.GetElapsedTime(start, Now()).TotalSeconds, nfe);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var evaluations = readings.Zip(readings.Skip(1), (a, b) => time.GetElapsedTime(a, b).TotalSeconds).Order().ToArray();
            return (Quantile(evaluations, 0.5) * nfe, evaluations.Length);
        }
    }

    private long Now()
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
        return time.GetTimestamp();
    }

    /// <summary>Linear interpolation between order statistics of sorted values.</summary>
    internal static double Quantile(double[] sorted, double q)
    {
        var position = q * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
