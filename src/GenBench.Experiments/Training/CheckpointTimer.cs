namespace GenBench.Experiments.Training;

/// <summary>Says when a checkpoint is due: at the asked interval, and never so often that writing takes more than 2% of the time.</summary>
internal sealed class CheckpointTimer(TimeProvider time, double seconds)
{
    private const double LargestPart = 0.02;

    private long _last = time.GetTimestamp();
    private double _cost;

    /// <summary>Checkpoints written.</summary>
    public int Count { get; private set; }

    /// <summary>Seconds that they took in all.</summary>
    public double Seconds { get; private set; }

    public bool Due => time.GetElapsedTime(_last).TotalSeconds >= Math.Max(seconds, _cost / LargestPart);

    /// <summary>Runs <paramref name="save"/>, and learns from what it costs.</summary>
    public void Measure(Action save)
    {
        var start = time.GetTimestamp();
        save();
        _last = time.GetTimestamp();
        _cost = time.GetElapsedTime(start, _last).TotalSeconds;
        Count++;
        Seconds += _cost;
    }
}
