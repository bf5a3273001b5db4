using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>One run of a job, from a fresh start or a checkpoint to the trained weights.</summary>
internal sealed class TrainingSession : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly TrainingJob _job;
    private readonly Precision _precision;
    private readonly ILogger _logger;
    private readonly nn.Module _network;
    private readonly IReadOnlyList<Stage> _stages;
    private readonly IReadOnlyList<(string Name, Parameter Value)> _trainable;
    private readonly Budget _budget;
    private readonly CheckpointFolder _checkpoints;
    private readonly TrainingState _state;
    private readonly CheckpointTimer _timer;
    private readonly DeviceClock _clock;
    private readonly ProgressReporter _progress;
    private readonly TrainingLog _log;
    private readonly TensorListKernels _kernels = new();
    private Checkpoint? _resumed;
    private ObjectiveTraining? _active;
    private int _snapshots;

    public TrainingSession(TrainingJob job, Precision precision, TimeProvider time, ILogger logger, IProgress<TrainingProgress>? progress)
    {
        _job = job;
        _precision = precision;
        _logger = logger;
        _stages = job.Model.Stages;
        _budget = new Budget(job.Spec, _stages);
        _network = job.Model.Network.to(job.Device);
        _trainable = [.. _network.named_parameters().Where(parameter => parameter.parameter.requires_grad)];
        _checkpoints = new CheckpointFolder(job.Folder.Checkpoints, logger);
        _resumed = _checkpoints.ReadNewest();
        _state = _resumed is null ? FreshState() : ResumedState(_resumed);
        _snapshots = _budget.PartsSpent(_state, job.Spec.Snapshots);
        _timer = new CheckpointTimer(time, job.Spec.CheckpointSeconds);
        _clock = new DeviceClock(time, job.Device, _state.DeviceSeconds);
        _progress = new ProgressReporter(progress, time, _budget, _state);
        _log = new TrainingLog(job.Folder, _state.Images, time);
    }

    public TrainedInfo Run(CancellationToken cancellation)
    {
        var secondsBefore = _state.DeviceSeconds;
        for (; _state.Stage < _stages.Count; _state.Stage++, _state.StageStep = 0)
            RunStage(cancellation);
        if (_timer.Count > 0)
            TrainingMessages.CheckpointCost(_logger, _timer.Count, _timer.Seconds, _state.DeviceSeconds - secondsBefore);
        return Finish();
    }

    public void Dispose()
    {
        foreach (var (_, parameter) in _trainable)
            parameter.requires_grad = true;
        _network.eval();
        _resumed?.Dispose();
        _log.Dispose();
        _kernels.Dispose();
    }

    private void RunStage(CancellationToken cancellation)
    {
        using var stage = new StageTraining(_network, _stages[_state.Stage], _job.Spec, _trainable, _kernels);
        Begin(stage);
        while (!_budget.StageDone(_state))
        {
            var step = _state.StageStep + 1;
            var logged = step == 1 || step % _job.Spec.LogEvery == 0;
            var observe = logged || _progress.Due;
            _clock.Run();
            var scalars = Step(stage, observe);
            if (_budget.Timed)
                _state.DeviceSeconds = _clock.Pause();
            if (scalars.Count > 0)
                Report(stage, scalars, logged);
            WriteSnapshots(stage);
            if (_timer.Due || cancellation.IsCancellationRequested)
                SaveCheckpoint(stage);
            cancellation.ThrowIfCancellationRequested();
        }
        Settle(stage);
        stage.MakeAverageLive();
    }

    /// <summary>Brings the stage to where the checkpoint left it, or initialises it on its first batch.</summary>
    private void Begin(StageTraining stage)
    {
        if (_resumed is null)
        {
            TrainingMessages.StageBegins(_logger, stage.Stage.Name);
            Initialize(stage.Stage);
            stage.StartAverage();
            return;
        }
        stage.StartAverage();
        try
        {
            NamedTensors.CopyInto(stage.State, _resumed.Tensors);
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{_resumed.Path}: does not fit the model ({error.Message}); delete {_job.Folder.Checkpoints} to train anew", error);
        }
        TrainingMessages.Continuing(_logger, _resumed.Path, _state.Steps);
        _resumed.Dispose();
        _resumed = null;
    }

    private void Initialize(Stage stage)
    {
        if (stage.Initialize is not { } initialize)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Reseed((ulong)_state.Stage);
        initialize(_job.Batches.Draw(_state.Batches));
    }

    /// <summary>One training step: every objective in turn, as often as it repeats.</summary>
    /// <returns>The scalars of each objective's last repeat where <paramref name="observe"/>.</returns>
    private List<(string Name, double Value)> Step(StageTraining stage, bool observe)
    {
        var scalars = new List<(string, double)>();
        var fraction = _budget.StageFraction(_state);
        for (var o = 0; o < stage.Objectives.Count; o++)
        {
            var objective = stage.Objectives[o];
            var rate = LearningRate.At(_job.Spec, objective.Objective.Optimizer, _state.StageStep, fraction);
            if (_active != objective)
                (_active = objective).TurnGradientsOn(_trainable);
            for (var repeat = 0; repeat < objective.Objective.Repeats; repeat++)
            {
                using var scope = NewDisposeScope();
                Reseed((ulong)_state.Stage, (ulong)_state.StageStep, (ulong)o, (ulong)repeat);
                var batch = _job.Batches.Draw(_state.Batches++) with { Step = _state.StageStep };
                _state.Images += batch.Images.shape[0];
                scalars.AddRange(objective.Step(batch, _precision, rate, observe && repeat == objective.Objective.Repeats - 1));
            }
        }
        stage.UpdateAverage(_state.StageStep);
        _state.StageStep++;
        _state.Steps++;
        return scalars;
    }

    private void Reseed(params ReadOnlySpan<ulong> place)
    {
        var hash = (long)(Seeds.Of([_job.Seed, .. place]) >> 32);
        random.manual_seed(hash).Dispose();
        if (_job.Device.type == DeviceType.CUDA)
            cuda.manual_seed_all(hash);
    }

    /// <summary>Waits for the device, reads the clock, and fails if anything was not finite: done before anything is written.</summary>
    private void Settle(StageTraining stage)
    {
        _state.DeviceSeconds = _clock.Pause();
        stage.ThrowIfDiverged();
    }

    private void Report(StageTraining stage, List<(string Name, double Value)> scalars, bool logged)
    {
        Settle(stage);
        if (logged)
            _log.Write(stage.Stage.Name, _state, scalars);
        _progress.Report(stage.Stage.Name, scalars[0].Value);
    }

    private void WriteSnapshots(StageTraining stage)
    {
        for (var due = _budget.PartsSpent(_state, _job.Spec.Snapshots); _snapshots < due; _snapshots++)
        {
            Settle(stage);
            Directory.CreateDirectory(_job.Folder.Snapshots);
            stage.UseAverage(network => WeightsFile.Save(_job.Folder.Snapshot(_snapshots + 1, _job.Spec.Snapshots), network));
        }
    }

    private void SaveCheckpoint(StageTraining stage)
    {
        Settle(stage);
        _log.Flush();
        _timer.Measure(() => _checkpoints.Save(_state, stage.State));
    }

    private TrainedInfo Finish()
    {
        var parameters = _stages.SelectMany(stage => stage.Objectives).SelectMany(objective => objective.Trained.parameters())
            .ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var info = new TrainedInfo(
            _state.Steps, _state.Images, _state.DeviceSeconds,
            _trainable.Where(parameter => parameters.Contains(parameter.Value)).Sum(parameter => parameter.Value.numel()),
            _state.Device, _state.Threads, _state.BitReproducible, WeightsFile.Save(_job.Folder.Weights, _network));
        AtomicFile.WriteText(_job.Folder.TrainedJson, JsonSerializer.Serialize(info, Json));
        _checkpoints.Remove();
        return info;
    }

    private TrainingState FreshState()
    {
        var (device, threads) = Maker.On(_job.Device);
        return new() { TrainingKey = _job.TrainingKey, Device = device, Threads = threads, BitReproducible = !_budget.Timed };
    }

    /// <summary>The checkpoint's state; where device or thread count are others now, marked as not bit-reproducible.</summary>
    private TrainingState ResumedState(Checkpoint checkpoint)
    {
        var (old, now) = (checkpoint.State, FreshState());
        if (old.TrainingKey != now.TrainingKey || old.Stage >= _stages.Count)
        {
            checkpoint.Dispose();
            throw new BadInputException($"{checkpoint.Path}: is a checkpoint of another training; delete {_job.Folder.Checkpoints} to train anew");
        }
        if ((old.Device, old.Threads) == (now.Device, now.Threads))
            return old;
        TrainingMessages.NotBitReproducible(_logger, now.Device, now.Threads, old.Device, old.Threads);
        return old with { Device = now.Device, Threads = now.Threads, BitReproducible = false };
    }
}
