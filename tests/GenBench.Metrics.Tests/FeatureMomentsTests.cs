using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class FeatureMomentsTests
{
    [Fact]
    public void Batches_of_any_size_and_a_merge_give_the_moments_of_the_whole()
    {
        using var scope = NewDisposeScope();
        // Far from the origin, where the textbook formula E[x²] − E[x]² loses everything.
        var rows = Draws.Normal(1, 1000, 7) * 3 + 1e6;
        using var first = new FeatureMoments(7);
        using var second = new FeatureMoments(7);
        first.Add(rows[..1]);
        first.Add(rows[1..400]);
        second.Add(rows[400..]);
        first.Merge(second);
        Assert.Equal(1000, first.Count);
        var centred = rows - rows.mean([0L]);
        Assert.InRange((first.Mean() - rows.mean([0L])).abs().max().item<double>(), 0, 1e-8);
        Assert.InRange((first.Covariance() - centred.t().mm(centred) / 999).abs().max().item<double>(), 0, 1e-8);
    }

    [Fact]
    public void Without_a_part_they_are_those_of_the_other_rows()
    {
        using var scope = NewDisposeScope();
        var rows = Draws.Normal(1, 200, 5) * 3 + 1e6;
        using var whole = FeatureMoments.Of(rows);
        using var part = FeatureMoments.Of(rows[..30]);
        using var rest = whole.Without(part);
        using var expected = FeatureMoments.Of(rows[30..]);
        Assert.Equal(170, rest.Count);
        Assert.InRange((rest.Mean() - expected.Mean()).abs().max().item<double>(), 0, 1e-8);
        Assert.InRange((rest.Covariance() - expected.Covariance()).abs().max().item<double>(), 0, 1e-8);
    }

    [Fact]
    public void A_row_that_is_not_finite_is_refused_by_its_number()
    {
        using var scope = NewDisposeScope();
        var rows = Draws.Normal(1, 5, 3);
        rows[3, 1] = double.NaN;
        using var moments = new FeatureMoments(3);
        Assert.Contains("row 3 ", Assert.Throws<BadInputException>(() => moments.Add(rows)).Message, StringComparison.Ordinal);
        rows[3, 1] = double.NegativeInfinity;
        Assert.Contains("row 3 ", Assert.Throws<BadInputException>(() => FrechetDistance.Between(rows, rows)).Message, StringComparison.Ordinal);
        Assert.Contains("row 3 ", Assert.Throws<BadInputException>(() => KernelDistance.Between(rows, rows, 0)).Message, StringComparison.Ordinal);
        Assert.Equal(0, moments.Count);
    }

    [Fact]
    public void Moments_leave_no_tensors_behind()
    {
        var before = TensorCount.AfterCollection();
        using (var rows = Draws.Normal(1, 50, 3))
        using (var moments = FeatureMoments.Of(rows))
            FrechetDistance.Between(moments, moments);
        Assert.Equal(before, Tensor.TotalCount);
    }
}
