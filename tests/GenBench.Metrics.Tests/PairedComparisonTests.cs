using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class PairedComparisonTests
{
    private static readonly string[] Names = ["frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage"];

    [Fact]
    public void The_figures_are_those_of_each_set()
    {
        using var scope = NewDisposeScope();
        var (x, a, b) = (Draws.Normal(1, 250, 3), Draws.Normal(2, 200, 3) * 1.2, Draws.Normal(3, 220, 3) + 1);
        var differences = PairedComparison.Measure(x, a, b, 5);
        Assert.Equal(Names, differences.Select(difference => difference.Name));
        foreach (var (set, figure) in new (Tensor, Func<MetricDifference, double>)[] { (a, difference => difference.A), (b, difference => difference.B) })
        {
            var scores = NeighbourMetrics.Between(x, set);
            double[] expected = [FrechetDistance.Between(x, set), KernelDistance.Between(x, set, 5).Mean, scores.Precision, scores.Recall, scores.Density, scores.Coverage];
            Assert.All(differences.Zip(expected), pair => Assert.Equal(pair.Second, figure(pair.First), 1e-10));
        }
    }

    [Fact]
    public void Exchanging_the_sets_turns_the_intervals_round()
    {
        using var scope = NewDisposeScope();
        var (x, a, b) = (Draws.Normal(1, 220, 3), Draws.Normal(2, 200, 3) * 1.2, Draws.Normal(3, 200, 3) * 1.1 + 0.3);
        foreach (var (ab, ba) in PairedComparison.Measure(x, a, b, 5).Zip(PairedComparison.Measure(x, b, a, 5)))
        {
            Assert.Equal(ab.Difference, -ba.Difference, 1e-12);
            Assert.Equal(ab.Low, -ba.High, 1e-12);
            Assert.Equal(ab.High, -ba.Low, 1e-12);
            Assert.Equal(ab.Verdict switch { Verdict.A => Verdict.B, Verdict.B => Verdict.A, _ => Verdict.Undecided }, ba.Verdict);
        }
    }

    [Fact]
    public void A_far_better_set_wins_every_figure_and_says_so()
    {
        using var scope = NewDisposeScope();
        var (x, near, far) = (Draws.Normal(1, 200, 3), Draws.Normal(2, 200, 3), Draws.Normal(3, 220, 3) * 0.4 + 2);
        Assert.All(PairedComparison.Measure(x, near, far, 0), difference =>
        {
            Assert.Equal(Verdict.A, difference.Verdict);
            Assert.StartsWith($"A beats B in {difference.Name} at the 5% level: A − B = ", difference.Statement, StringComparison.Ordinal);
        });
        Assert.All(PairedComparison.Measure(x, far, near, 0), difference => Assert.Equal(Verdict.B, difference.Verdict));
    }

    [Fact]
    public void A_set_does_not_beat_itself()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Draws.Normal(1, 200, 3), Draws.Normal(2, 200, 3) * 1.3);
        Assert.All(PairedComparison.Measure(x, a, a, 0), difference =>
        {
            Assert.Equal(0, difference.Difference);
            Assert.Equal(Verdict.Undecided, difference.Verdict);
        });
    }

    [Fact]
    public void Sets_that_are_nearly_the_same_row_by_row_are_told_apart_where_independent_ones_are_not()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Draws.Normal(1, 200, 3), Draws.Normal(2, 200, 3) + 0.5);
        double Width(MetricDifference difference) => difference.High - difference.Low;
        var paired = PairedComparison.Measure(x, a, a + 0.02, 0);
        var independent = PairedComparison.Measure(x, a, Draws.Normal(3, 200, 3) + 0.52, 0);
        Assert.All(paired.Zip(independent), pair => Assert.True(Width(pair.First) < 0.6 * Width(pair.Second), pair.First.Name));
        Assert.Equal(Verdict.A, paired[0].Verdict);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var (x, few, broken) = (Draws.Normal(1, 200, 3), Draws.Normal(2, 199, 3), Draws.Normal(3, 200, 3));
        broken[7, 1] = double.PositiveInfinity;
        string Message(Tensor a, Tensor b) => Assert.Throws<BadInputException>(() => PairedComparison.Measure(x, a, b, 0)).Message;
        Assert.Contains("samples A: 199 rows are too few, at least 200", Message(few, x), StringComparison.Ordinal);
        Assert.Contains("samples B: row 7 ", Message(x, broken), StringComparison.Ordinal);
        Assert.Contains("samples B have 4", Message(x, Draws.Normal(4, 200, 4)), StringComparison.Ordinal);
    }
}
