using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using static TorchSharp.torch;

namespace GenBench.Experiments.Calibration;

/// <summary>Measures parts of a cell's evaluation and says what the whole will take.</summary>
internal sealed class EvaluationCalibration(
    Cell cell, IGenerativeModel model, Dataset dataset, Registry registry, Device device, int threads, TimeProvider time, CancellationToken cancellation)
{
    private const int MetricImages = 500, LikelihoodImages = 16;
    private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(1.5);

    /// <summary>Seconds of drawing all samples, and of timing their drawing.</summary>
    public (double Sampling, double Cost) Sampling()
    {
        using var noGrad = no_grad();
        var (sampling, cost) = (0.0, 0.0);
        foreach (var (i, choice) in cell.Samplers.Index())
        {
            var sampler = registry.CreateSampler(choice);
            var batch = Math.Min(cell.Evaluation.BatchSize, choice.Samples);
            var drawing = BatchSeconds(sampler, batch) * choice.Samples / batch;
            var again = !cell.ChoosesSnapshot ? 0 : i == 0 ? 1 + cell.Training.Snapshots : 1;
            sampling += drawing * (1 + again);
            foreach (var size in cell.Evaluation.Cost?.BatchSizes ?? [])
                cost += (1 + cell.Evaluation.Cost!.Repeats) * Math.Min(BatchSeconds(sampler, size), SamplingCost.LongRun.TotalSeconds);
        }
        return (sampling, cost);
    }

    /// <summary>Seconds of all likelihood figures; 0 where there are none.</summary>
    /// <remarks>A model's time grows with the importance samples or with the timesteps; both are reduced by one factor.</remarks>
    public double Likelihood()
    {
        if (model is not ILikelihoodModel likelihood || cell.Evaluation.Likelihood is not { } spec)
            return 0;
        var factor = Math.Max(1, Math.Min(spec.ImportanceSamples, spec.Timesteps) / 4);
        var count = (int)Math.Min(Math.Min(LikelihoodImages, spec.Images), dataset.Test.Count);
        var brief = spec with { Images = count, ImportanceSamples = spec.ImportanceSamples / factor, Timesteps = spec.Timesteps / factor };
        void Evaluate() => LikelihoodEvaluator.Evaluate(likelihood, dataset, brief, cell.Evaluation, device, progress: null, cancellation);
        Evaluate();
        return Elapsed(Evaluate) * factor * Math.Min(spec.Images, dataset.Test.Count) / count;
    }

    /// <summary>Seconds of the reference's features, and of the metrics for each image. Training images stand in for samples.</summary>
    public (double Reference, double PerImage) Metrics(QualityEvaluator quality)
    {
        if (cell.Evaluation.Metrics.Count == 0)
            return (0, 0);
        var count = (int)Math.Min(Math.Min(cell.Samplers.Max(choice => choice.Samples), MetricImages), dataset.Train.Count);
        using var images = dataset.Train.Images.narrow(0, 0, count);
        using var labels = SampleLabels.Of(model, 0, count, CPU);
        var names = MetricNames.Applicable(cell.Evaluation.Metrics, labels is not null);
        void Evaluate() => quality.Evaluate(images, labels, names, cancellation);
        var first = Elapsed(Evaluate);
        var second = Elapsed(Evaluate);
        return (Math.Max(0, first - second), second / count);
    }

    private double BatchSeconds(ISampler sampler, int batch)
    {
        var timer = new SamplingCost(time, device, threads);
        var evaluations = sampler.Evaluations(model);
        var (seconds, done) = timer.Time(model, sampler, evaluations, batch, LongRun, cancellation);
        // A run that was over at once was mostly warm-up.
        return done < evaluations || seconds > LongRun.TotalSeconds ? seconds : timer.Time(model, sampler, evaluations, batch, LongRun, cancellation).Seconds;
    }

    private double Elapsed(Action action)
    {
        var start = time.GetTimestamp();
        action();
        return time.GetElapsedTime(start).TotalSeconds;
    }
}
