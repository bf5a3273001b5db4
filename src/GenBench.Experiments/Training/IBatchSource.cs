using GenBench.Core;

namespace GenBench.Experiments.Training;

/// <summary>Where training takes its batches from.</summary>
public interface IBatchSource
{
    /// <summary>Batch number <paramref name="number"/>, on the training device: a function of the number and of torch's
    /// generators alone, which the trainer seeds just before.</summary>
    /// <param name="number">Counted from 0 over all stages; every repeat of every objective takes the next one.</param>
    /// <returns>A batch whose tensors belong to the current dispose scope.</returns>
    Batch Draw(long number);
}
