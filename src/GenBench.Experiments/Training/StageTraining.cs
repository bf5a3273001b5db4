using GenBench.Core;
using GenBench.Experiments.Matrix;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>A stage in training: its objectives with their optimizers, and the moving average of what they train.</summary>
internal sealed class StageTraining : IDisposable
{
    private readonly nn.Module _network;
    private readonly TensorListKernels _kernels;
    private readonly double _decay;
    private MovingAverage? _average;

    /// <summary>Prepares the stage. What it trains is in training mode, the rest of the network (a frozen autoencoder)
    /// in evaluation mode.</summary>
    public StageTraining(
        nn.Module network, Stage stage, TrainingSpec spec, IReadOnlyList<(string Name, Parameter Value)> trainable, TensorListKernels kernels)
    {
        _network = network;
        _kernels = kernels;
        _decay = spec.Ema;
        Stage = stage;
        network.eval();
        foreach (var objective in stage.Objectives)
            objective.Trained.train();
        Objectives = [.. stage.Objectives.Select(objective => new ObjectiveTraining(objective, trainable, kernels, spec.ClipNorm))];
    }

    public Stage Stage { get; }

    public IReadOnlyList<ObjectiveTraining> Objectives { get; }

    /// <summary>Everything that a checkpoint holds: network, average and optimizers.</summary>
    public Dictionary<string, Tensor> State
    {
        get
        {
            var state = _network.state_dict().ToDictionary(pair => $"model.{pair.Key}", pair => pair.Value);
            foreach (var (name, value) in _average?.State ?? [])
                state.Add($"average.{name}", value);
            foreach (var objective in Objectives)
                foreach (var (name, value) in objective.State)
                    state.Add($"optimizer.{objective.Objective.Name}.{name}", value);
            return state;
        }
    }

    /// <summary>Does something with the network under its averaged weights, after which the live ones are back.</summary>
    public void UseAverage(Action<nn.Module> use)
    {
        using var scope = NewDisposeScope();
        var live = _network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        MakeAverageLive();
        use(_network);
        NamedTensors.CopyInto(_network.state_dict(), live);
    }

    /// <summary>Begins the average at the present weights; done once they are initialised.</summary>
    public void StartAverage()
    {
        var descending = Objectives.Where(objective => !objective.Objective.ClosedForm).ToArray();
        if (_decay > 0 && descending.Length > 0)
            _average = new MovingAverage(_kernels, descending.SelectMany(objective => objective.Parameters).DistinctBy(parameter => parameter.Name), _decay);
    }

    /// <summary>Takes the weights after step <paramref name="step"/> (from 0) into the average.</summary>
    public void UpdateAverage(long step) => _average?.Update(step);

    /// <exception cref="TrainingDivergedException">A loss or gradient of an earlier step was not finite.</exception>
    public void ThrowIfDiverged()
    {
        foreach (var objective in Objectives)
            objective.ThrowIfDiverged(Stage.Name);
    }

    /// <summary>The averaged weights become the live ones, as they do at the stage's end.</summary>
    public void MakeAverageLive()
    {
        if (_average is null)
            return;
        _average.MakeLive();
        using var noGrad = no_grad();
        Stage.Recalibrate?.Invoke();
    }

    public void Dispose()
    {
        foreach (var objective in Objectives)
            objective.Dispose();
        _average?.Dispose();
    }
}
