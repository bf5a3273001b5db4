using BenchmarkDotNet.Attributes;
using GenBench.Metrics;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Performance;

/// <summary>The metrics of a sample against a reference of equal size, at the width of the classifier's features.</summary>
public class SampleMetricBenchmarks
{
    private const int D = 128;
    private Tensor reference = null!;
    private Tensor samples = null!;

    [Params(5_000, 10_000)]
    public int N { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        TorchLibrary.Load();
        using var generator = new Generator(1);
        reference = randn([N, D], ScalarType.Float64, generator: generator);
        samples = randn([N, D], ScalarType.Float64, generator: generator);
    }

    [Benchmark]
    public NeighbourScores Neighbours() => NeighbourMetrics.Between(reference, samples);

    [Benchmark]
    public object NeighboursWithIntervals() => NeighbourMetrics.Measure(reference, samples, 0);

    [Benchmark]
    public object FrechetWithInterval() => FrechetDistance.Measure(reference, samples, 0);

    [Benchmark]
    public object KernelWithInterval() => KernelDistance.Measure(reference, samples, 0);
}
