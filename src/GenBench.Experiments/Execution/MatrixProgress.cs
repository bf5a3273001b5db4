using System.Collections.Concurrent;

namespace GenBench.Experiments.Execution;

/// <summary>How the jobs of a run stand, from what a reporter hears.</summary>
/// <param name="workers">Jobs run at a time.</param>
/// <param name="time">The clock.</param>
public sealed class MatrixProgress(int workers, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    /// <summary>Takes the jobs with what earlier runs left of them.</summary>
    public void Started(IReadOnlyList<Job> jobs)
    {
        foreach (var job in jobs)
            _entries[job.Id] = new Entry(job.Cost, StatusFile.Read(job.Folder), time.GetTimestamp());
    }

    /// <summary>A job said how far it is.</summary>
    public void Heard(Job job, CellMessage message)
    {
        if (message.Phase is not null && _entries.TryGetValue(job.Id, out var entry) && entry.Status is { } status)
            _entries[job.Id] = entry with { Status = status with { Progress = message } };
    }

    /// <summary>A job started or ended.</summary>
    public void Changed(Job job, CellStatus status) => _entries[job.Id] = new Entry(job.Cost, status, time.GetTimestamp());

    /// <summary>How a job stands.</summary>
    public CellStatus StatusOf(Job job) => _entries.GetValueOrDefault(job.Id)?.Status ?? new CellStatus(CellStatus.Waiting, "", null);

    /// <summary>Seconds until all have ended; null where nothing is known yet.</summary>
    public double? SecondsLeft => MatrixTime.SecondsLeft([.. _entries.Values.Select(entry =>
    {
        var known = JobTime.Of(entry.Cost, entry.Status);
        return entry.Status?.State == CellStatus.Running ? known with { Seconds = known.Seconds + time.GetElapsedTime(entry.At).TotalSeconds } : known;
    })], workers);

    /// <summary>The states in words, with the time left.</summary>
    public string Summary => Describe([.. _entries.Values.Select(entry => entry.Status?.State ?? CellStatus.Waiting)], SecondsLeft);

    /// <summary>E.g. <c>3 of 6 complete, 1 running, 2 waiting; about 1:20:00 left</c>.</summary>
    /// <param name="states">The state of each job.</param>
    /// <param name="secondsLeft">Until all have ended; null where unknown.</param>
    public static string Describe(IReadOnlyCollection<string> states, double? secondsLeft)
    {
        var others = states.Where(state => state != CellStatus.Complete).GroupBy(state => state).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $", {group.Count()} {group.Key}");
        var left = secondsLeft is > 0 and < 1e9 ? $"; about {TimeSpan.FromSeconds(Math.Round(secondsLeft.Value)):c} left" : "";
        return $"{states.Count(state => state == CellStatus.Complete)} of {states.Count} complete{string.Concat(others)}{left}";
    }

    private sealed record Entry(JobCost Cost, CellStatus? Status, long At);
}
