using BenchmarkDotNet.Attributes;
using GenBench.Metrics;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Performance;

/// <summary>The distance at infinite n. It asks for 20 rows a feature, so at Inception's width for 40,960 of them; its interval there, twenty
/// times the value's time, is left out.</summary>
[Config(typeof(OneCall))]
public class FrechetExtrapolationBenchmarks
{
    private Tensor reference = null!;
    private Tensor samples = null!;

    [Params(128, 2048)]
    public int D { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        TorchLibrary.Load();
        using var generator = new Generator(1);
        reference = randn([50_000, D], ScalarType.Float64, generator: generator);
        samples = randn([50_000, D], ScalarType.Float64, generator: generator);
    }

    [GlobalCleanup]
    public void Free()
    {
        reference.Dispose();
        samples.Dispose();
    }

    [Benchmark]
    public double Intercept() => FrechetExtrapolation.Between(reference, samples, 0);
}
