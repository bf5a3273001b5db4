using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>Every figure that can take long hears of its cancellation, and leaves no tensor behind.</summary>
public sealed class CancellationTests
{
    public static TheoryData<string> Figures => [.. All.Keys];

    private static readonly Dictionary<string, Action<Tensor, CancellationToken>> All = new()
    {
        ["frechet_distance"] = (x, stop) => FrechetDistance.Measure(x, x, 0, stop),
        ["frechet_distance, few rows"] = (x, stop) =>
        {
            using var wide = x.t();
            FrechetDistance.Measure(wide, wide, 0, stop);
        },
        ["frechet_distance_infinity"] = (x, stop) => FrechetExtrapolation.Measure(x, x, 0, stop),
        ["kernel_distance"] = (x, stop) => KernelDistance.Measure(x, x, 0, stop),
        ["mmd2"] = (x, stop) => MaximumMeanDiscrepancy.Measure(x, x, 0, cancellation: stop),
        ["sliced_wasserstein"] = (x, stop) => SlicedWasserstein.Measure(x, x, 0, cancellation: stop),
        ["precision"] = (x, stop) => NeighbourMetrics.Measure(x, x, 0, stop),
        ["authenticity"] = (x, stop) => Memorisation.Measure(x, x, x, stop),
        ["differences"] = (x, stop) => PairedComparison.Measure(x, x, x, 0, stop),
    };

    [Theory]
    [MemberData(nameof(Figures))]
    public void A_cancelled_figure_ends(string figure)
    {
        using var scope = NewDisposeScope();
        using var stop = new CancellationTokenSource();
        var x = Draws.Normal(1, 1200, 50);
        var before = TensorCount.AfterCollection();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => All[figure](x, stop.Token));
        Assert.Equal(before, TensorCount.AfterCollection());
    }
}
