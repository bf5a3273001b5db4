using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>An objective with its optimizer, if it has one.</summary>
internal sealed class ObjectiveTraining : IDisposable
{
    private readonly HashSet<Tensor> _trained;
    private readonly FusedAdamW? _optimizer; // none where the objective sets in closed form what it trains
    private (long Step, double Loss, double GradientNorm)? _firstBad;

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
        _optimizer = objective.ClosedForm ? null : new FusedAdamW(kernels, Parameters, objective.Optimizer, clipNorm);
    }

    public Objective Objective { get; }

    /// <summary>The parameters that it changes.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    public IEnumerable<(string Name, Tensor Value)> State => _optimizer?.State ?? [];

    /// <summary>Turns gradients on for the objective's parameters and off for all others.</summary>
    public void TurnGradientsOn(IReadOnlyList<(string Name, Parameter Value)> trainable)
    {
        foreach (var (_, parameter) in trainable)
            parameter.requires_grad = _trained.Contains(parameter);
    }

    /// <summary>One update.</summary>
    /// <returns>Loss, its parts and, where there is an optimizer, gradient norm and learning rate under <c>&lt;objective&gt;/…</c>
    /// where <paramref name="observe"/>, for which it waits for the device; otherwise nothing.</returns>
    public IReadOnlyList<(string Name, double Value)> Step(Batch batch, Precision precision, double rate, bool observe) =>
        _optimizer is null ? SetItself(batch, observe) : Descend(_optimizer, batch, precision, rate, observe);

    /// <summary>Fails if any step so far had a loss or gradient that was not finite; waits for the device.</summary>
    /// <exception cref="TrainingDivergedException">One had.</exception>
    public void ThrowIfDiverged(string stage)
    {
        if ((_optimizer is null ? _firstBad : _optimizer.FirstBad()) is var (step, loss, norm))
            throw new TrainingDivergedException(stage, Objective.Name, step, loss, norm);
    }

    public void Dispose() => _optimizer?.Dispose();

    private IReadOnlyList<(string Name, double Value)> Descend(FusedAdamW optimizer, Batch batch, Precision precision, double rate, bool observe)
    {
        optimizer.ClearGradients();
        var loss = Evaluate(batch, precision);
        loss.Total.backward();
        var norm = optimizer.Step(loss.Total, batch.Step, rate);
        return observe ? [.. Scalars(loss), (Named("grad_norm"), Number(norm)), (Named("learning_rate"), rate)] : [];
    }

    /// <summary>An update in closed form; in full precision, since nothing is gained on so little work.</summary>
    private IReadOnlyList<(string Name, double Value)> SetItself(Batch batch, bool observe)
    {
        using var noGrad = no_grad();
        var loss = Objective.Evaluate(batch);
        var total = Number(loss.Total);
        if (!double.IsFinite(total))
            _firstBad ??= (batch.Step, total, 0.0);
        return observe ? [.. Scalars(loss)] : [];
    }

    private IEnumerable<(string Name, double Value)> Scalars(Loss loss) =>
        [(Named("loss"), Number(loss.Total)), .. loss.Parts.Select(part => (Named(part.Key), Number(part.Value)))];

    private Loss Evaluate(Batch batch, Precision precision)
    {
        using var region = precision.Forward();
        return Objective.Evaluate(batch);
    }

    private string Named(string part) => $"{Objective.Name}/{part}";

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).cpu().item<double>();
}
