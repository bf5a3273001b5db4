using System.Globalization;
using GenBench.Experiments.Results;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>The last two checkpoints of a cell, a <see cref="SealedFile"/> each, named by its step.</summary>
internal sealed class CheckpointFolder(string path, ILogger logger)
{
    private const int Kept = 2;

    /// <summary>Writes a checkpoint, after which older ones and leftovers go.</summary>
    public void Save(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        SealedFile.Write(path, state.Steps.ToString("D9", CultureInfo.InvariantCulture), stream => Checkpoint.Write(stream, state, tensors));
        foreach (var old in Directory.GetFiles(path).Except(List().Take(Kept)))
            File.Delete(old);
    }

    /// <summary>Reads the newest whole checkpoint, or null where there is none; broken ones are named in the log and removed.</summary>
    public Checkpoint? ReadNewest()
    {
        foreach (var file in List())
        {
            try
            {
                return SealedFile.Read(file, stream => Checkpoint.Read(file, stream));
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                TrainingMessages.BrokenCheckpoint(logger, file, error.Message);
                File.Delete(file);
            }
        }
        return null;
    }

    /// <summary>Removes the folder with all checkpoints.</summary>
    public void Remove()
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>The finished checkpoints, newest first.</summary>
    private string[] List() =>
        [.. SealedFile.List(path).OrderByDescending(file => long.Parse(file.Name, CultureInfo.InvariantCulture)).Select(file => file.Path)];
}
