using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Training;

namespace GenBench.Tests.Experiments.Training;

public sealed class ScheduleTests
{
    private static readonly OptimizerOptions Options = new() { LearningRate = 0.1 };

    [Theory]
    [InlineData("constant", 0, 0.0, 0.025)]
    [InlineData("constant", 3, 0.0, 0.1)]
    [InlineData("constant", 100, 0.9, 0.1)]
    [InlineData("linear", 100, 0.75, 0.025)]
    [InlineData("cosine", 100, 0.5, 0.05)]
    [InlineData("cosine", 100, 1.0, 0.0)]
    [InlineData("linear", 1, 0.5, 0.025)]
    public void The_rate_is_warm_up_times_decay(string decay, long step, double fraction, double expected) =>
        Assert.Equal(expected, LearningRate.At(new TrainingSpec { Decay = decay, WarmupSteps = 4 }, Options, step, fraction), 1e-12);

    [Fact]
    public void The_specification_replaces_the_objectives_rate() =>
        Assert.Equal(0.3, LearningRate.At(new TrainingSpec { LearningRate = 0.3 }, Options, 0, 0));

    [Fact]
    public void A_budget_is_split_by_shares_and_fractions_run_from_0_to_1_in_each_stage()
    {
        Stage Of(double share) => new("s", []) { Share = share };
        var budget = new Budget(new TrainingSpec { Steps = 10 }, [Of(1), Of(0.5), Of(0.5)]);
        TrainingState At(int stage, long steps) => new() { TrainingKey = "", Device = "cpu", Threads = 1, BitReproducible = true, Stage = stage, Steps = steps };
        Assert.False(budget.StageDone(At(0, 4)));
        Assert.True(budget.StageDone(At(0, 5)));
        Assert.False(budget.StageDone(At(2, 9)));
        Assert.True(budget.StageDone(At(2, 10)));
        Assert.Equal(0.8, budget.StageFraction(At(0, 4)));
        Assert.Equal(0, budget.StageFraction(At(2, 8)));
        Assert.Equal(0.7, budget.Fraction(At(1, 7)));
        Assert.Equal([0, 0, 1, 2, 3], new long[] { 0, 3, 4, 8, 10 }.Select(steps => budget.PartsSpent(At(0, steps), 3)));
    }
}
