using BenchmarkDotNet.Attributes;
using GenBench.Metrics;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Performance;

/// <summary>The Fréchet distance from statistics at the width of Inception's features.</summary>
public class FrechetBenchmarks
{
    private Tensor mean1 = null!;
    private Tensor covariance1 = null!;
    private Tensor mean2 = null!;
    private Tensor covariance2 = null!;

    [Params(2048)]
    public int D { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        TorchLibrary.Load();
        (mean1, covariance1) = Statistics(1);
        (mean2, covariance2) = Statistics(2);
    }

    [Benchmark]
    public double FromStatistics() => FrechetDistance.FromStatistics(mean1, covariance1, mean2, covariance2);

    private (Tensor Mean, Tensor Covariance) Statistics(ulong seed)
    {
        using var generator = new Generator(seed);
        using var rows = randn([2L * D, D], ScalarType.Float64, generator: generator);
        using var moments = FeatureMoments.Of(rows);
        return (moments.Mean(), moments.Covariance());
    }
}
