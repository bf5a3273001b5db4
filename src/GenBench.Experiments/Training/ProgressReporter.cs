namespace GenBench.Experiments.Training;

/// <summary>Reports progress at logged steps, and about once a second between them.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? progress, TimeProvider time, Budget budget, TrainingState state)
{
    private long _reported = time.GetTimestamp();
    private long _images = state.Images;
    private double _seconds = state.DeviceSeconds;

    /// <summary>Whether a second has passed since the last report.</summary>
    public bool Due => progress is not null && time.GetElapsedTime(_reported) >= TimeSpan.FromSeconds(1);

    public void Report(string stage, double loss)
    {
        var fraction = budget.Fraction(state);
        progress?.Report(new TrainingProgress(
            stage, state.Steps, (long)Math.Round(state.Steps / fraction), loss,
            (state.Images - _images) / (state.DeviceSeconds - _seconds),
            state.DeviceSeconds * (1 - fraction) / fraction, state.DeviceSeconds));
        (_reported, _images, _seconds) = (time.GetTimestamp(), state.Images, state.DeviceSeconds);
    }
}
