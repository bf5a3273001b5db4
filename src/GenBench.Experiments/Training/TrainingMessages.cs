using Microsoft.Extensions.Logging;

namespace GenBench.Experiments.Training;

internal static partial class TrainingMessages
{
    [LoggerMessage(LogLevel.Warning, "checkpoint {File} is broken ({Reason}) and was removed; an older one is taken if there is one")]
    public static partial void BrokenCheckpoint(ILogger logger, string file, string reason);

    [LoggerMessage(LogLevel.Information, "continuing from {File}: step {Step}")]
    public static partial void Continuing(ILogger logger, string file, long step);

    [LoggerMessage(LogLevel.Warning, "continued on {Device} with {Threads} threads after {OldDevice} with {OldThreads}: no longer bit-reproducible")]
    public static partial void NotBitReproducible(ILogger logger, string device, int threads, string oldDevice, int oldThreads);

    [LoggerMessage(LogLevel.Information, "{Count} checkpoints took {Seconds:0.00} s of {Training:0.0} s")]
    public static partial void CheckpointCost(ILogger logger, int count, double seconds, double training);

    [LoggerMessage(LogLevel.Information, "stage {Stage} begins")]
    public static partial void StageBegins(ILogger logger, string stage);
}
