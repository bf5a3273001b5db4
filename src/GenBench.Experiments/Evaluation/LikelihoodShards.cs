using System.Globalization;
using GenBench.Core;

namespace GenBench.Experiments.Evaluation;

/// <summary>The likelihood figures of a batch as a shard.</summary>
internal static class LikelihoodShards
{
    /// <summary>The figures, float64 [B] on the CPU, in their order; null where the batch has to be evaluated.</summary>
    public static IReadOnlyList<LikelihoodEstimate>? ReadEstimates(this ShardFolder shards, int first, int count) =>
        shards.Read(first, count) is var (tensors, metadata)
            ? [.. Enumerable.Range(0, tensors.Count).Select(i => new LikelihoodEstimate(metadata[Kind(i)], metadata[Unit(i)], tensors[Values(i)]))]
            : null;

    /// <summary>Keeps the figures of a batch.</summary>
    public static void WriteEstimates(this ShardFolder shards, int first, int count, IReadOnlyList<LikelihoodEstimate> estimates)
    {
        var metadata = new Dictionary<string, string>();
        foreach (var (i, estimate) in estimates.Index())
            (metadata[Kind(i)], metadata[Unit(i)]) = (estimate.Kind, estimate.Unit);
        shards.Write(first, count, estimates.Index().ToDictionary(pair => Values(pair.Index), pair => pair.Item.PerImage), metadata);
    }

    private static string Kind(int i) => Numbered("kind", i);

    private static string Unit(int i) => Numbered("unit", i);

    private static string Values(int i) => Numbered("values", i);

    private static string Numbered(string name, int i) => string.Create(CultureInfo.InvariantCulture, $"{name}.{i}");
}
