using GenBench.Experiments.Execution;

namespace GenBench.Tests.Experiments.Execution;

public sealed class MatrixTimeTests
{
    private static readonly JobCost Small = new(1e9, "small"), Large = new(4e9, "large");

    private static JobTime Complete(JobCost cost, double seconds) => new(cost, "complete", seconds);

    private static JobTime Waiting(JobCost cost) => new(cost, "waiting", 0);

    [Fact]
    public void A_cell_takes_as_long_as_those_that_differ_in_the_seed() =>
        Assert.Equal(20 + 20 + 100, MatrixTime.SecondsLeft([Complete(Small, 18), Complete(Small, 22), Complete(Large, 100), Waiting(Small), Waiting(Small), Waiting(Large)], 1));

    [Fact]
    public void A_cell_of_a_kind_not_seen_yet_takes_as_long_as_its_work() =>
        Assert.Equal(40, MatrixTime.SecondsLeft([Complete(Small, 10), Waiting(Large)], 1));

    [Fact]
    public void What_is_spent_on_a_cell_is_not_left_and_what_it_says_of_its_phase_is_at_least_left()
    {
        Assert.Equal(6, MatrixTime.SecondsLeft([Complete(Small, 10), new JobTime(Small, "running", 4)], 1));
        Assert.Equal(9, MatrixTime.SecondsLeft([Complete(Small, 10), new JobTime(Small, "running", 4, PhaseSecondsLeft: 9)], 1));
    }

    [Fact]
    public void Workers_share_what_is_left_but_no_cell_is_shared()
    {
        Assert.Equal(20, MatrixTime.SecondsLeft([Complete(Small, 10), Waiting(Small), Waiting(Small), Waiting(Small), Waiting(Small)], 2));
        Assert.Equal(40, MatrixTime.SecondsLeft([Complete(Small, 10), Waiting(Small), Waiting(Large)], 2));
    }

    [Fact]
    public void Before_anything_has_ended_the_first_cells_own_words_are_taken()
    {
        Assert.Null(MatrixTime.SecondsLeft([Waiting(Small), new JobTime(Large, "running", 3)], 1));
        Assert.Equal(37 + 10, MatrixTime.SecondsLeft([Waiting(Small), new JobTime(Large, "running", 3, PhaseSecondsLeft: 37)], 1));
    }

    [Fact]
    public void A_failed_cell_takes_no_time_and_tells_nothing()
    {
        Assert.Equal(0, MatrixTime.SecondsLeft([Complete(Small, 10), new JobTime(Large, "failed", 1)], 1));
        Assert.Null(MatrixTime.SecondsLeft([new JobTime(Small, "failed", 1), Waiting(Small)], 1));
    }

    [Fact]
    public void The_summary_counts_states_and_says_what_is_left() => Assert.Equal(
        "2 of 5 complete, 1 failed, 2 waiting; about 01:00:05 left",
        MatrixProgress.Describe(["waiting", "complete", "failed", "complete", "waiting"], 3604.6));
}
