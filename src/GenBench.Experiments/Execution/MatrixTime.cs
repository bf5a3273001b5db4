namespace GenBench.Experiments.Execution;

/// <summary>How far a job is, for the time left.</summary>
/// <param name="Cost">What it costs.</param>
/// <param name="State">As in <see cref="CellStatus"/>.</param>
/// <param name="Seconds">Spent on it so far.</param>
/// <param name="PhaseSecondsLeft">What its child says of its present phase.</param>
public sealed record JobTime(JobCost Cost, string State, double Seconds, double? PhaseSecondsLeft = null)
{
    /// <summary>A job as its status says.</summary>
    public static JobTime Of(JobCost cost, CellStatus? status) =>
        new(cost, status?.State ?? CellStatus.Waiting, status?.Seconds ?? 0, status is { State: CellStatus.Running } ? status.Progress?.SecondsLeft : null);

    internal bool Ended => State is CellStatus.Complete or CellStatus.Failed;
}

/// <summary>
/// Estimates the time until the whole matrix has ended. A job takes as long as those of its group took; without one of
/// them, as long as its work takes at the rate of the others.
/// </summary>
public static class MatrixTime
{
    /// <summary>Seconds until all jobs have ended; null where nothing is known yet.</summary>
    /// <param name="jobs">All jobs.</param>
    /// <param name="workers">Jobs run at a time.</param>
    public static double? SecondsLeft(IReadOnlyList<JobTime> jobs, int workers)
    {
        var open = jobs.Where(job => !job.Ended).ToArray();
        if (open.Length == 0)
            return 0;
        var known = jobs.Where(job => job.State is CellStatus.Complete or CellStatus.Untimed && job.Seconds > 0).Select(job => (job.Cost, Total: job.Seconds)).ToArray();
        if (!known.Any(job => job.Cost.Work > 0))
        {
            // Nothing has ended yet: what runs is at least as long as it says itself.
            known = [.. known, .. jobs.Where(job => job.PhaseSecondsLeft is not null).Select(job => (job.Cost, Total: job.Seconds + job.PhaseSecondsLeft!.Value))];
        }
        if (!known.Any(job => job.Cost.Work > 0))
            return null;
        var rate = known.Where(job => job.Cost.Work > 0).Sum(job => job.Total) / known.Sum(job => job.Cost.Work);
        var groups = known.GroupBy(job => job.Cost.Group).ToDictionary(group => group.Key, group => group.Average(job => job.Total));
        var left = open.Select(job =>
        {
            var total = groups.TryGetValue(job.Cost.Group, out var seconds) ? seconds : job.Cost.Work * rate;
            return Math.Max(total - job.Seconds, double.IsFinite(job.PhaseSecondsLeft ?? 0) ? job.PhaseSecondsLeft ?? 0 : 0);
        }).ToArray();
        return Math.Max(left.Max(), left.Sum() / workers);
    }
}
