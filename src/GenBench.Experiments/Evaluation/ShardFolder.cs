using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>
/// What is done of an evaluation under way: a <see cref="SealedFile"/> for each batch, named by its range of images.
/// Ranges and batch size are those of the evaluation's key, so what is put together from shards is what one run makes, on
/// the same device and with the same number of threads.
/// </summary>
/// <param name="path">The folder; made when the first shard is written.</param>
/// <param name="device">Where the batches are evaluated.</param>
/// <param name="logger">Told about broken shards, and about those of another device or thread count.</param>
public sealed partial class ShardFolder(string path, Device device, ILogger logger)
{
    private const string MadeBy = "made_by";
    private readonly string _maker = Maker.On(device).ToString();

    /// <summary>Whether no shard was read that another device or thread count made.</summary>
    public bool BitReproducible { get; private set; } = true;

    /// <summary>A shard's tensors, which belong to the current dispose scope, and what was written with them; null where it has to
    /// be made. A broken one is named in the log and removed.</summary>
    /// <param name="first">Index of the first image.</param>
    /// <param name="count">Images in it.</param>
    public (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata)? Read(int first, int count)
    {
        var name = Name(first, count);
        foreach (var file in SealedFile.List(path).Where(file => file.Name == name))
        {
            try
            {
                var (tensors, metadata) = SealedFile.Read(file.Path, Safetensors.Read);
                Compare(metadata[MadeBy]);
                return (tensors.ToDictionary(pair => pair.Key, pair => Owned(pair.Value)), metadata);
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                BrokenShard(logger, file.Path, error.Message);
                File.Delete(file.Path);
            }
        }
        return null;
    }

    /// <summary>Keeps a shard.</summary>
    public void Write(int first, int count, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        SealedFile.Write(path, Name(first, count), stream => Safetensors.Write(
            stream, tensors, new Dictionary<string, string>(metadata) { [MadeBy] = _maker }));

    /// <summary>Removes all shards, once what they are parts of is on disk.</summary>
    public void Remove()
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private void Compare(string maker)
    {
        if (maker == _maker)
            return;
        if (BitReproducible)
            OtherMaker(logger, _maker, maker);
        BitReproducible = false;
    }

    private static Tensor Owned(Tensor value)
    {
        using (value)
            return value.alias();
    }

    private static string Name(int first, int count) => System.FormattableString.Invariant($"{first:D9}-{first + count - 1:D9}");

    [LoggerMessage(LogLevel.Warning, "shard {File} is broken ({Reason}) and was removed; its images are made again")]
    private static partial void BrokenShard(ILogger logger, string file, string reason);

    [LoggerMessage(LogLevel.Warning, "an evaluation is continued on {Maker} after {OldMaker}: no longer bit-reproducible")]
    private static partial void OtherMaker(ILogger logger, string maker, string oldMaker);
}
