using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class ClassHistogramTests
{
    /// <summary>Class scores whose largest is that of the given class.</summary>
    private static ClassHistogram Of(int classes, params long[] likeliest)
    {
        using var scope = NewDisposeScope();
        var logits = nn.functional.one_hot(tensor(likeliest), classes).to(ScalarType.Float64) * 3 - 1;
        return ClassHistogram.FromScores(logits);
    }

    [Fact]
    public void Even_classes_have_the_entropy_of_their_number_and_a_single_one_none()
    {
        Assert.Equal(Math.Log(4), Of(4, 0, 1, 2, 3, 3, 2, 1, 0).Entropy().Value, 1e-12);
        Assert.Equal(0, Of(4, 2, 2, 2).Entropy().Value);
        Assert.Equal(Math.Log(2), Of(10, 7, 3, 3, 7).Entropy().Value, 1e-12);
    }

    [Fact]
    public void Uneven_classes_have_that_of_the_definition()
    {
        var entropy = Of(3, 0, 0, 0, 1).Entropy();
        Assert.Equal(-(0.75 * Math.Log(0.75) + 0.25 * Math.Log(0.25)), entropy.Value, 1e-12);
        Assert.Equal(4, entropy.N);
        Assert.Contains("at most ln 3 = 1.099", entropy.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_class_has_its_count_those_of_no_sample_too()
    {
        var counts = Of(11, 10, 0, 0, 3).Counts();
        Assert.Equal([.. Enumerable.Range(0, 11).Select(k => $"class_count_{k}")], counts.Select(count => count.Name));
        Assert.Equal([2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1], counts.Select(count => count.Value));
    }

    [Fact]
    public void Scores_that_are_not_finite_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<BadInputException>(() => ClassHistogram.FromScores(tensor(new[,] { { 1.0, double.NaN } })));
    }
}
