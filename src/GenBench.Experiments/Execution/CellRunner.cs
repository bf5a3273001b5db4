using GenBench.Core;
using GenBench.Experiments.Calibration;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Experiments.Execution;

/// <summary>Does a cell's work inside its child process: train what is not trained, evaluate what is not evaluated.</summary>
public sealed class CellRunner(Registry registry, CellOptions options, TimeProvider time, CellLog log)
{
    /// <summary>Runs a prepared folder of a cell, of baselines or of controls; what is there already is not done again.</summary>
    /// <exception cref="BadInputException">The data or the device is not what the folder was prepared with.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the next call goes on.</exception>
    public void Run(CellFolder folder, CancellationToken cancellation)
    {
        RemoveLeftovers(folder);
        set_num_threads(options.Threads);
        backends.cuda.matmul.allow_tf32 = false; // evaluation is float32; training sets what its precision asks for
        backends.cudnn.allow_tf32 = false;
        var device = Devices.Parse(options.Device);
        var classifiers = new ClassifierSource(options.Classifiers ?? Path.Combine(folder.Path, "..", "..", ClassifierSource.FolderName));
        if (File.Exists(folder.BaselineJson))
        {
            var baseline = CellDocuments.ReadBaseline(folder.BaselineJson);
            using var data = Open(baseline.Dataset, baseline.DatasetChecksum);
            new BaselineEvaluator(folder, baseline, data, classifiers, log).Run(cancellation);
            return;
        }
        if (File.Exists(folder.ControlsJson))
        {
            var controls = CellDocuments.ReadControls(folder.ControlsJson);
            using var data = Open(controls.Dataset, controls.DatasetChecksum);
            new ControlEvaluator(folder, controls, data, registry, classifiers, log).Run(cancellation);
            return;
        }
        var document = CellDocuments.Read(folder.CellJson);
        using var dataset = Open(document.Cell.Dataset, document.DatasetChecksum);
        RunCell(folder, document.Cell, dataset, device, classifiers, cancellation);
    }

    /// <summary>What an earlier child was writing when it was killed. The supervisor's own file is left to it.</summary>
    private static void RemoveLeftovers(CellFolder folder)
    {
        foreach (var path in AtomicFile.Leftovers(folder.Path).Where(path => !path.StartsWith(folder.StatusJson, StringComparison.Ordinal)))
            File.Delete(path);
    }

    private Dataset Open(DatasetChoice choice, string? checksum)
    {
        var dataset = registry.OpenDataset(choice, options.Data);
        if (dataset.Checksum == checksum)
            return dataset;
        dataset.Dispose();
        throw new BadInputException($"dataset {choice.Name} in {options.Data} is not the one that this cell was prepared with; restore it, or run the experiment again");
    }

    private void RunCell(CellFolder folder, Cell cell, Dataset dataset, Device device, ClassifierSource classifiers, CancellationToken cancellation)
    {
        var seed = Seeds.Of(Seeds.OfName("training"), (ulong)cell.Seed);
        manual_seed((long)(Seeds.Of(seed, 0) >> 1));
        var model = registry.CreateModel(cell.Model, cell.Dataset.Data);
        using var network = model.Network;
        network.to(device);
        if (options.Calibrate)
        {
            using var images = Batches();
            new Calibrator(folder, cell, dataset, registry, options, time, log).Run(Job(images), classifiers, cancellation);
            return;
        }
        using var evaluator = new CellEvaluator(folder, cell, dataset, registry, classifiers, device, options, time, log);
        if (File.Exists(folder.TrainedJson) && evaluator.IsComplete(model))
            return;
        if (!folder.HasWeights())
        {
            CheckPlugin(folder, cell.Model);
            ForgetEvaluations(folder);
            using var batches = Batches();
            new Trainer(time, log, new TrainingReports(log)).Run(Job(batches), cancellation);
        }
        WeightsFile.Load(folder.Weights, network);
        network.eval();
        evaluator.Run(model, cancellation);

        DatasetBatches Batches() => new(
            dataset.Train, cell.Training.BatchSize, model.Encoding, registry.DatasetOptions(cell.Dataset) is IAugmentationOptions { HorizontalFlip: true }, seed, device);
        TrainingJob Job(DatasetBatches batches) => new(model, batches, cell.Training, seed, cell.TrainingKey, folder, device);
    }

    /// <summary>Figures and shards of other weights, whose file is gone or broken, would pass for the new ones'.</summary>
    private static void ForgetEvaluations(CellFolder folder)
    {
        File.Delete(folder.TrainedJson);
        foreach (var path in new[] { folder.Evaluations, folder.Shards }.Where(Directory.Exists))
            Directory.Delete(path, recursive: true);
        foreach (var choice in Directory.Exists(folder.Snapshots) ? Directory.GetFiles(folder.Snapshots, "*.csv") : [])
            File.Delete(choice);
    }

    /// <summary>A plug-in that was built again meanwhile must not train what the folder says another build trains.</summary>
    private void CheckPlugin(CellFolder folder, ModelChoice choice)
    {
        var present = registry.Models.Single(model => model.Kind == choice.Kind).Plugin;
        if (present != choice.Plugin)
            throw new BadInputException($"{folder.CellJson}: names another build of {(choice.Plugin ?? present)!.File} than the present one; run the experiment again, or raise the Version of '{choice.Kind}'");
    }

    private sealed class TrainingReports(CellLog log) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => log.Progress(new CellMessage
        {
            Phase = $"training {value.Stage}",
            Fraction = (double)value.Step / value.TotalSteps,
            Step = value.Step,
            Loss = value.Loss,
            ImagesPerSecond = value.ImagesPerSecond,
            SecondsLeft = value.SecondsLeft,
        });
    }
}
