using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;

namespace GenBench.Experiments.Calibration;

/// <summary>Measures a cell in its child process: a few training steps, a part of each evaluation.</summary>
internal sealed class Calibrator(CellFolder folder, Cell cell, Dataset dataset, Registry registry, CellOptions options, TimeProvider time, CellLog log)
{
    /// <summary>Model, average and the optimizer's two moments.</summary>
    private const int WeightsPerCheckpoint = 4;

    /// <summary>The last two, and the next while it is being written.</summary>
    private const int Checkpoints = 3;

    /// <summary>Writes <c>calibration.json</c>.</summary>
    public void Run(TrainingJob job, ClassifierSource classifiers, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        using var quality = cell.Evaluation.Metrics.Count == 0 ? null : new QualityEvaluator(dataset, cell.Evaluation, classifiers, log);
        var model = job.Model;
        var training = TrainingCalibration.Measure(job, time, log, cancellation);
        model.Network.eval();
        var evaluation = new EvaluationCalibration(cell, model, dataset, registry, job.Device, options.Threads, time, cancellation);
        var (sampling, cost) = evaluation.Sampling();
        var likelihood = evaluation.Likelihood();
        var (reference, perImage) = quality is null ? (0, 0) : evaluation.Metrics(quality);
        var weights = new FileInfo(folder.Weights).Length;
        var samples = cell.Samplers.Sum(choice => (long)choice.Samples) * (cell.ChoosesSnapshot ? 2 : 1);
        var (channels, height, width) = dataset.Spec.Shape;
        AtomicFile.WriteText(folder.CalibrationJson, JsonSerializer.Serialize(new CellCalibration
        {
            Parameters = model.Network.parameters().Sum(parameter => parameter.numel()),
            Macs = model.MacsPerEvaluation,
            TrainingSeconds = training,
            EvaluationSeconds = sampling + likelihood + reference + perImage * samples,
            CostSeconds = cost,
            ReferenceSeconds = reference,
            MetricSecondsPerImage = perImage,
            Bytes = weights * (1 + cell.Training.Snapshots) + samples * channels * height * width * (dataset.Spec.Values == DataValues.Reals ? sizeof(float) : sizeof(byte)),
            PassingBytes = Checkpoints * WeightsPerCheckpoint * weights,
            MeasuredSeconds = time.GetElapsedTime(start).TotalSeconds,
        }, JsonSerializerOptions.Web));
    }
}
