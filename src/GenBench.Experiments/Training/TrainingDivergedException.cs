using System.Globalization;

namespace GenBench.Experiments.Training;

/// <summary>A loss or a gradient norm became infinite or not a number. The update it belongs to was not applied.</summary>
/// <param name="stage">The stage's name.</param>
/// <param name="objective">The objective's name.</param>
/// <param name="step">Step within the stage, from 0.</param>
/// <param name="loss">The loss.</param>
/// <param name="gradientNorm">The norm of the objective's gradient before clipping.</param>
public sealed class TrainingDivergedException(string stage, string objective, long step, double loss, double gradientNorm)
    : Exception(string.Create(CultureInfo.InvariantCulture,
        $"training diverged in stage '{stage}' at step {step}: loss of '{objective}' {loss}, gradient norm {gradientNorm}"))
{
    /// <summary>Step within the stage, from 0.</summary>
    public long Step { get; } = step;
}
