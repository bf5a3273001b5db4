using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>An objective with its optimizer.</summary>
internal sealed class ObjectiveTraining : IDisposable
{
    private readonly HashSet<Tensor> _trained;
    private readonly FusedAdamW _optimizer;

    /// <summary>Prepares the objective; <paramref name="trainable"/> are the network's parameters that are not frozen for good.</summary>
    public ObjectiveTraining(
        Objective objective, IReadOnlyList<(string Name, Parameter Value)> trainable, TensorListKernels kernels, double clipNorm)
    {
        Objective = objective;
        var own = new HashSet<Tensor>(objective.Trained.parameters(), ReferenceEqualityComparer.Instance);
        Parameters = [.. trainable.Where(parameter => own.Contains(parameter.Value))];
        if (Parameters.Count == 0)
            throw new InvalidOperationException($"objective '{objective.Name}' trains no parameter of the model's network");
        _trained = new HashSet<Tensor>(Parameters.Select(parameter => parameter.Value), ReferenceEqualityComparer.Instance);
        _optimizer = new FusedAdamW(kernels, Parameters, objective.Optimizer, clipNorm);
    }

    public Objective Objective { get; }

    /// <summary>The parameters that it changes.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    public IEnumerable<(string Name, Tensor Value)> State => _optimizer.State;

    /// <summary>Turns gradients on for the objective's parameters and off for all others.</summary>
    public void TurnGradientsOn(IReadOnlyList<(string Name, Parameter Value)> trainable)
    {
        foreach (var (_, parameter) in trainable)
            parameter.requires_grad = _trained.Contains(parameter);
    }

    /// <summary>One update.</summary>
    /// <returns>Loss, its parts, gradient norm and learning rate under <c>&lt;objective&gt;/…</c> where
    /// <paramref name="observe"/>, for which it waits for the device; otherwise nothing.</returns>
    public IReadOnlyList<(string Name, double Value)> Step(Batch batch, Precision precision, double rate, bool observe)
    {
        _optimizer.ClearGradients();
        var loss = Evaluate(batch, precision);
        loss.Total.backward();
        var norm = _optimizer.Step(loss.Total, batch.Step, rate);
        return !observe ? [] :
        [
            (Named("loss"), Number(loss.Total)),
            .. loss.Parts.Select(part => (Named(part.Key), Number(part.Value))),
            (Named("grad_norm"), Number(norm)),
            (Named("learning_rate"), rate),
        ];
    }

    /// <summary>Fails if any step so far had a loss or gradient that was not finite; waits for the device.</summary>
    /// <exception cref="TrainingDivergedException">One had.</exception>
    public void ThrowIfDiverged(string stage)
    {
        if (_optimizer.FirstBad() is var (step, loss, norm))
            throw new TrainingDivergedException(stage, Objective.Name, step, loss, norm);
    }

    public void Dispose() => _optimizer.Dispose();

    private Loss Evaluate(Batch batch, Precision precision)
    {
        using var region = precision.Forward();
        return Objective.Evaluate(batch);
    }

    private string Named(string part) => $"{Objective.Name}/{part}";

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).cpu().item<double>();
}
