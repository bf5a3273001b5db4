using System.Globalization;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>A batch of drawn images as a shard.</summary>
internal static class SampleShards
{
    private const string Images = "images", Nfe = "nfe";

    /// <summary>uint8 [B, C, H, W] and the network evaluations spent on each image; null where the batch has to be drawn.</summary>
    public static (Tensor Pixels, int Nfe)? ReadSamples(this ShardFolder shards, int first, int count) =>
        shards.Read(first, count) is var (tensors, metadata)
            ? (tensors[Images], int.Parse(metadata[Nfe], CultureInfo.InvariantCulture))
            : null;

    /// <summary>Keeps a batch.</summary>
    public static void WriteSamples(this ShardFolder shards, int first, int count, Tensor pixels, int nfe) => shards.Write(
        first, count, new Dictionary<string, Tensor> { [Images] = pixels }, new Dictionary<string, string> { [Nfe] = nfe.ToString(CultureInfo.InvariantCulture) });
}
