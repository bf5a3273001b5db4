using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class InceptionScoreTests
{
    [Fact]
    public void Images_that_all_look_alike_score_one()
    {
        using var scope = NewDisposeScope();
        var p = tensor(new[] { 0.2, 0.5, 0.3, 0 }).expand(50, 4);
        var score = InceptionScore.FromProbabilities(p, 1);
        Assert.Equal(1, score.Value, 1e-12);
        Assert.Equal(0, score.High!.Value - score.Value, 1e-12);
    }

    [Fact]
    public void Certain_and_even_predictions_score_the_number_of_classes()
    {
        using var scope = NewDisposeScope();
        var p = eye(4, dtype: ScalarType.Float64).repeat(5000, 1);
        Assert.InRange(InceptionScore.FromProbabilities(p, 1).Value, 3.98, 4);
    }

    [Fact]
    public void It_is_the_definition_over_ten_splits_of_the_seeded_order()
    {
        using var scope = NewDisposeScope();
        var p = nn.functional.softmax(Draws.Normal(1, 103, 5) * 2, 1);
        using var generator = new Generator(7);
        var rows = Draws.Rows(p[randperm(103, generator: generator)]);
        var scores = Enumerable.Range(0, 10).Select(s =>
        {
            var split = rows[(s * 103 / 10)..((s + 1) * 103 / 10)];
            var marginal = Enumerable.Range(0, 5).Select(c => split.Average(row => row[c])).ToArray();
            return Math.Exp(split.Average(row => row.Select((share, c) => share * Math.Log(share / marginal[c])).Sum()));
        }).ToArray();
        var mean = scores.Average();
        var score = InceptionScore.FromProbabilities(p, 7);
        Assert.Equal(mean, score.Value, 1e-12);
        Assert.Equal(Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))), score.High!.Value - score.Value, 1e-12);
    }

    [Fact]
    public void Logits_and_too_few_rows_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("logits", Assert.Throws<BadInputException>(() => InceptionScore.FromProbabilities(Draws.Normal(1, 20, 5), 0)).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => InceptionScore.FromProbabilities(ones(9, 1), 0));
    }
}
