using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using GenBench.Experiments.Results;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>The last two checkpoints of a cell, <c>&lt;step&gt;.&lt;SHA-256&gt;.safetensors</c>: one file each, whose name says
/// whether its content is whole.</summary>
internal sealed partial class CheckpointFolder(string path, ILogger logger)
{
    private const int Kept = 2;

    /// <summary>Writes a checkpoint; it counts once it has its checksum in its name, and older ones go then.</summary>
    public void Save(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Directory.CreateDirectory(path);
        var unnamed = Path.Combine(path, "unfinished");
        var checksum = "";
        AtomicFile.Write(unnamed, stream =>
        {
            Checkpoint.Write(stream, state, tensors);
            stream.Position = 0;
            checksum = Convert.ToHexStringLower(SHA256.HashData(stream));
        });
        var step = state.Steps.ToString("D9", CultureInfo.InvariantCulture);
        File.Move(unnamed, Path.Combine(path, $"{step}.{checksum}.safetensors"), overwrite: true);
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
                using var stream = File.OpenRead(file);
                if (Convert.ToHexStringLower(SHA256.HashData(stream)) != FileName().Match(Path.GetFileName(file)).Groups[2].Value)
                    throw new InvalidDataException("its checksum is wrong");
                stream.Position = 0;
                return Checkpoint.Read(file, stream);
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
    private string[] List() => !Directory.Exists(path) ? [] :
    [
        .. Directory.GetFiles(path).Where(file => FileName().IsMatch(Path.GetFileName(file)))
            .OrderByDescending(file => long.Parse(FileName().Match(Path.GetFileName(file)).Groups[1].ValueSpan, CultureInfo.InvariantCulture)),
    ];

    [GeneratedRegex("^([0-9]{1,18})\\.([0-9a-f]{64})\\.safetensors$")]
    private static partial Regex FileName();
}
