using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class PerClassTests
{
    private static MetricValue Of(double value, double? low, double? high, long n) => new("f", value, low, high, n, "p");

    [Fact]
    public void Each_class_is_measured_on_its_own_rows_and_the_mean_is_theirs()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 150, 3), Draws.Normal(2, 180, 3) * 1.5);
        var (labelsX, labelsY) = (arange(150).remainder(3) * 5, arange(180).remainder(3) * 5);
        var figures = PerClass.Measure(x, labelsX, y, labelsY, (a, b) => [FrechetDistance.Measure(a, b, 1), NeighbourMetrics.Measure(a, b, 1)[0]]);
        Assert.Equal(2, figures.Count);
        for (var c = 0; c < 3; c++)
        {
            var expected = FrechetDistance.Between(x[TensorIndex.Slice(c, null, 3)], y[TensorIndex.Slice(c, null, 3)]);
            Assert.Equal((5L * c, 60L), (figures[0].Classes[c].Label, figures[0].Classes[c].Value.N));
            Assert.Equal(expected, figures[0].Classes[c].Value.Value, 1e-9);
        }
        Assert.Equal(figures[0].Classes.Average(figure => figure.Value.Value), figures[0].Mean.Value, 1e-12);
        Assert.Equal(("frechet_distance", 180L), (figures[0].Mean.Name, figures[0].Mean.N));
        Assert.Equal("precision", figures[1].Mean.Name);
    }

    [Fact]
    public void The_means_interval_joins_those_of_the_classes()
    {
        using var scope = NewDisposeScope();
        var (rows, labels) = (Draws.Normal(1, 100, 1), arange(100).remainder(2));
        var values = new Queue<MetricValue>([Of(1, 0, 4, 50), Of(3, -1, 7, 50), Of(1, null, null, 50), Of(3, 2, 4, 50)]);
        var mean = PerClass.Measure(rows, labels, rows, labels, (_, _) => [values.Dequeue()])[0].Mean;
        Assert.Equal(2, mean.Value);
        Assert.Equal(2 - Math.Sqrt(1 + 16) / 2, mean.Low!.Value, 1e-12);
        Assert.Equal(2 + Math.Sqrt(9 + 16) / 2, mean.High!.Value, 1e-12);
        Assert.Null(PerClass.Measure(rows, labels, rows, labels, (_, _) => [values.Dequeue()])[0].Mean.Low);
    }

    [Fact]
    public void A_class_with_too_few_rows_is_named()
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, 100, 2);
        var (even, few) = (arange(100).remainder(2), arange(100).ge(90).to(ScalarType.Int64) * 7);
        string Message(Tensor labelsX, Tensor labelsY) =>
            Assert.Throws<BadInputException>(() => PerClass.Measure(x, labelsX, x, labelsY, (a, b) => [FrechetDistance.Measure(a, b, 0)])).Message;
        Assert.Contains("class 7: 10 rows of the reference and 10 samples", Message(few, few), StringComparison.Ordinal);
        Assert.Contains("class 1: 50 rows of the reference and 0 samples", Message(even, few), StringComparison.Ordinal);
        Assert.Contains("int64 [100]", Message(even, even[..50]), StringComparison.Ordinal);
        Assert.Contains("int64 [100]", Message(even.to(ScalarType.Float32), even), StringComparison.Ordinal);
    }
}
