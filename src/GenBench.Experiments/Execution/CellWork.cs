using GenBench.Core;
using GenBench.Experiments.Matrix;

namespace GenBench.Experiments.Execution;

/// <summary>A rough count of a cell's multiply-accumulates, good for comparing cells: models run at different speeds.</summary>
internal static class CellWork
{
    /// <summary>Forward and backward pass against a forward pass.</summary>
    private const double TrainingFactor = 3;

    /// <summary>Stands for the speed of the machine where the budget is a time, multiply-accumulates a second.</summary>
    private const double NominalRate = 2e10;

    /// <summary>Training and sampling.</summary>
    public static double Of(Cell cell, IGenerativeModel model, Registry registry)
    {
        var training = cell.Training.DeviceSeconds is { } seconds
            ? seconds * NominalRate
            : TrainingFactor * ImagesSeen(cell.Training, model.Stages) * model.MacsPerEvaluation;
        var sampling = cell.Samplers.Sum(choice =>
            (double)choice.Samples * (registry.CreateSampler(choice).Evaluations(model) * (double)model.MacsPerEvaluation + model.MacsPerDecode));
        return training + sampling * (cell.ChoosesSnapshot ? 2 : 1);
    }

    private static double ImagesSeen(TrainingSpec spec, IReadOnlyList<Stage> stages) => spec.Images
        ?? spec.Steps!.Value * (double)spec.BatchSize
            * stages.Sum(stage => stage.Share * stage.Objectives.Sum(objective => objective.Repeats)) / stages.Sum(stage => stage.Share);
}
