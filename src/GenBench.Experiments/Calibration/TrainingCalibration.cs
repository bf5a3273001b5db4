using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Training;
using Microsoft.Extensions.Logging;

namespace GenBench.Experiments.Calibration;

/// <summary>Trains for a few seconds and says what the whole training will take, stage by stage.</summary>
internal static class TrainingCalibration
{
    private const double Seconds = 6;

    /// <summary>Seconds of the whole training; the job's folder gets the weights of the short one.</summary>
    public static double Measure(TrainingJob job, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var reports = new Reports();
        var brief = job.Spec with { Steps = null, Images = null, DeviceSeconds = Seconds, LogEvery = 1, Snapshots = 0, CheckpointSeconds = 1e6 };
        new Trainer(time, logger, reports).Run(job with { Spec = brief }, cancellation);
        return job.Spec.DeviceSeconds ?? Extrapolate(job.Spec, job.Model.Stages, reports);
    }

    /// <summary>Each stage's steps times the seconds of a step, its first step apart: it warms up.</summary>
    internal static double Extrapolate(TrainingSpec spec, IReadOnlyList<Stage> stages, IReadOnlyList<TrainingProgress> reports)
    {
        var shares = stages.Sum(stage => stage.Share);
        var (before, total) = ((Steps: 0L, Seconds: 0.0), 0.0);
        foreach (var stage in stages)
        {
            var own = reports.Where(report => report.Stage == stage.Name).ToArray();
            var (first, last) = (own[0], own[^1]);
            var perStep = own.Length > 1
                ? (last.DeviceSeconds - first.DeviceSeconds) / (last.Step - first.Step)
                : (last.DeviceSeconds - before.Seconds) / (last.Step - before.Steps);
            before = (last.Step, last.DeviceSeconds);
            var images = (double)spec.BatchSize * stage.Objectives.Sum(objective => objective.Repeats);
            total += perStep * (spec.Steps ?? spec.Images!.Value / images) * stage.Share / shares;
        }
        return total;
    }

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value);
    }
}
