using GenBench.Core;
using GenBench.Experiments.Matrix;

namespace GenBench.Experiments.Training;

/// <summary>The learning rate of a step: linear warm-up times decay over the stage.</summary>
internal static class LearningRate
{
    /// <summary>The rate at a step.</summary>
    /// <param name="spec">Warm-up, decay, and a rate that replaces the objective's own.</param>
    /// <param name="options">The objective's optimizer.</param>
    /// <param name="step">Step within the stage, from 0; the first of W warm-up steps has 1/W of the rate.</param>
    /// <param name="fraction">Fraction of the stage's budget spent before the step, in [0, 1].</param>
    public static double At(TrainingSpec spec, OptimizerOptions options, long step, double fraction)
    {
        var warmup = step < spec.WarmupSteps ? (step + 1.0) / spec.WarmupSteps : 1;
        var decay = spec.Decay switch
        {
            "constant" => 1,
            "linear" => 1 - fraction,
            "cosine" => (1 + Math.Cos(Math.PI * fraction)) / 2,
            _ => throw new InvalidOptionException("decay", $"must be constant, linear or cosine, not '{spec.Decay}'"),
        };
        return (spec.LearningRate ?? options.LearningRate) * warmup * decay;
    }
}
