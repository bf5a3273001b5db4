using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class KernelDistanceTests
{
    /// <summary>The definition, pair by pair.</summary>
    private static double Brute(double[][] x, double[][] y)
    {
        double K(double[] a, double[] b) => Math.Pow(a.Zip(b, (p, q) => p * q).Sum() / a.Length + 1, 3);
        double Off(double[][] a) => Enumerable.Range(0, a.Length).Sum(i => Enumerable.Range(0, a.Length).Where(j => j != i).Sum(j => K(a[i], a[j])));
        var cross = x.Sum(a => y.Sum(b => K(a, b)));
        return Off(x) / (x.Length * (x.Length - 1.0)) + Off(y) / (y.Length * (y.Length - 1.0)) - 2 * cross / x.Length / y.Length;
    }

    [Fact]
    public void Fewer_rows_than_a_subset_are_all_used_once_and_give_the_definition()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 70, 9), Draws.Normal(2, 40, 9) * 1.2);
        var value = KernelDistance.Between(x, y, 0);
        Assert.Equal(Brute(Draws.Rows(x), Draws.Rows(y)), value.Mean, 1e-12);
        Assert.Equal((1, 70L, 40L), (value.Subsets, value.ReferenceSize, value.SampleSize));
        Assert.Null(value.Std);
    }

    [Fact]
    public void Many_rows_are_drawn_in_a_hundred_seeded_subsets_around_the_whole_sets_value()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 1500, 2), Draws.Normal(2, 1200, 2) + 0.3);
        var value = KernelDistance.Between(x, y, 5);
        Assert.Equal((100, 1000L, 1000L), (value.Subsets, value.ReferenceSize, value.SampleSize));
        Assert.Equal(value, KernelDistance.Between(x, y, 5));
        Assert.NotEqual(value.Mean, KernelDistance.Between(x, y, 6).Mean);
        Assert.InRange(value.Mean - Brute(Draws.Rows(x), Draws.Rows(y)), -5 * value.Std!.Value / 10, 5 * value.Std.Value / 10);
    }

    [Fact]
    public void Between_draws_of_one_law_it_is_negative_as_often_as_not()
    {
        using var scope = NewDisposeScope();
        var negative = Enumerable.Range(0, 40).Count(i => KernelDistance.Between(Draws.Normal(2 * i, 30, 3), Draws.Normal(2 * i + 1, 30, 3), 0).Mean < 0);
        Assert.InRange(negative, 8, 36);
    }

    [Fact]
    public void The_influences_are_the_delete_one_jackknife_from_scratch()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 17, 3), Draws.Normal(2, 21, 3) + 0.5);
        var (rowsX, rowsY) = (Draws.Rows(x), Draws.Rows(y));
        static double[] Influences(double[][] rows, Func<double[][], double> value)
        {
            var without = rows.Select((_, i) => value([.. rows.Where((_, j) => j != i)])).ToArray();
            return [.. without.Select(each => (rows.Length - 1) * (without.Average() - each))];
        }
        var estimate = new MmdEstimate(x, y, KernelDistance.Kernel);
        Assert.Equal(Brute(rowsX, rowsY), estimate.Value, 1e-12);
        Assert.All(Influences(rowsX, rest => Brute(rest, rowsY)).Zip(estimate.OfReference.data<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(Influences(rowsY, rest => Brute(rowsX, rest)).Zip(estimate.OfSamples.data<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }
}
