using GenBench.Core;
using GenBench.Experiments.Results;
using Microsoft.Extensions.Logging;

namespace GenBench.Experiments.Training;

/// <summary>
/// Trains any model: its stages in order, within a step the stage's objectives in order, each with its own optimizer
/// and as often as it asks. A run killed at any moment continues from its last checkpoint, and ends with bit-identical
/// weights on the CPU at the same thread count.
/// </summary>
/// <param name="time">Clock of device-seconds, checkpoints and progress.</param>
/// <param name="logger">The cell's log.</param>
/// <param name="progress">Told how far training is, from the training thread.</param>
public sealed class Trainer(TimeProvider time, ILogger logger, IProgress<TrainingProgress>? progress = null)
{
    /// <summary>Trains, or continues from the newest whole checkpoint in the cell's folder. Writes <c>training.csv</c>,
    /// TensorBoard events, snapshots and weights; <c>trained.json</c> last. The network is left in evaluation mode with
    /// the averaged weights.</summary>
    /// <param name="job">What to train.</param>
    /// <param name="cancellation">Ends the run after the present step, with a checkpoint.</param>
    /// <returns>What <c>trained.json</c> says.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; running the same job again continues.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient was not finite; the last checkpoint is from before.</exception>
    /// <exception cref="BadInputException">The checkpoint is of another training, or the precision cannot be had here.</exception>
    /// <exception cref="InvalidOptionException">Not exactly one budget is given.</exception>
    public TrainedInfo Run(TrainingJob job, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(job.Folder.Path);
        using var precision = new Precision(job.Spec.Precision, job.Device);
        using var session = new TrainingSession(job, precision, time, logger, progress);
        return session.Run(cancellation);
    }
}
