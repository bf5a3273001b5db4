using BenchmarkDotNet.Attributes;
using GenBench.Metrics;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Performance;

/// <summary>Every metric of a sample against a reference of equal size: Inception's width at 10,000 rows and the classifier's at
/// 50,000. A single call takes up to minutes, so one is made, in this process.</summary>
[Config(typeof(OneCall))]
public class MetricBenchmarks
{
    private const int Classes = 10;
    private Tensor reference = null!;
    private Tensor samples = null!;
    private Tensor others = null!;
    private Tensor labels = null!;
    private Tensor probabilities = null!;

    public static IEnumerable<(int N, int D)> Sizes => [(10_000, 2048), (50_000, 128)];

    [ParamsSource(nameof(Sizes))]
    public (int N, int D) Size { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        TorchLibrary.Load();
        using var generator = new Generator(1);
        Tensor Rows(long width) => randn([Size.N, width], ScalarType.Float64, generator: generator);
        (reference, samples, others) = (Rows(Size.D), Rows(Size.D), Rows(Size.D));
        probabilities = nn.functional.softmax(Rows(Classes), 1);
        labels = arange(Size.N).remainder(Classes);
    }

    [GlobalCleanup]
    public void Free()
    {
        foreach (var tensor in (Tensor[])[reference, samples, others, labels, probabilities])
            tensor.Dispose();
    }

    [Benchmark]
    public double Frechet() => FrechetDistance.Between(reference, samples);

    [Benchmark]
    public MetricValue FrechetWithInterval() => FrechetDistance.Measure(reference, samples, 0);

    [Benchmark]
    public object FrechetPerClass() => PerClass.Measure(reference, labels, samples, labels, (x, y) => [new("", FrechetDistance.Between(x, y), null, null, 0, "")]);

    [Benchmark]
    public KernelDistanceValue Kernel() => KernelDistance.Between(reference, samples, 0);

    [Benchmark]
    public MetricValue KernelWithInterval() => KernelDistance.Measure(reference, samples, 0);

    [Benchmark]
    public MetricValue Inception() => InceptionScore.FromProbabilities(probabilities, 0);

    [Benchmark]
    public NeighbourScores Neighbours() => NeighbourMetrics.Between(reference, samples);

    [Benchmark]
    public object NeighboursWithIntervals() => NeighbourMetrics.Measure(reference, samples, 0);

    [Benchmark]
    public MetricValue MaximumMeanDiscrepancyWithInterval() => MaximumMeanDiscrepancy.Measure(reference, samples, 0);

    [Benchmark]
    public MetricValue SlicedWassersteinWithInterval() => SlicedWasserstein.Measure(reference, samples, 0);

    [Benchmark]
    public MemorisationResult MemorisationOfSamples() => Memorisation.Measure(reference, samples, others);

    [Benchmark]
    public object PairedDifferences() => PairedComparison.Measure(reference, samples, others, 0);
}
