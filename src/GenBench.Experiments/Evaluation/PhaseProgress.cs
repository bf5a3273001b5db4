using GenBench.Experiments.Execution;

namespace GenBench.Experiments.Evaluation;

/// <summary>Turns a count of images done into progress messages with a rate and the time left.</summary>
internal sealed class PhaseProgress(CellLog log, TimeProvider time, string phase, int total) : IProgress<DrawProgress>
{
    private readonly long start = time.GetTimestamp();
    private double? _before;

    public void Report(DrawProgress value)
    {
        var done = value.Images;
        _before ??= done; // an earlier run's
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var rate = seconds > 0 ? (done - _before.Value) / seconds : 0;
        log.Progress(new CellMessage
        {
            Phase = phase,
            Fraction = done / total,
            Step = value.Evaluations > 0 ? value.Evaluations : null,
            ImagesPerSecond = rate > 0 ? rate : null,
            SecondsLeft = rate > 0 ? (total - done) / rate : null,
        });
    }
}
