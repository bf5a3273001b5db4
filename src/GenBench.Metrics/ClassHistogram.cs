using System.Globalization;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>How many samples a classifier puts into each class by its largest score: what shows the collapse of a generator
/// to few classes.</summary>
public sealed class ClassHistogram
{
    /// <summary>What stands before the class number in a count's name, e.g. <c>class_count_3</c>.</summary>
    public const string CountPrefix = "class_count_";

    private readonly long[] counts;
    private readonly long samples;

    private ClassHistogram(long[] counts) => (this.counts, samples) = (counts, counts.Sum());

    /// <summary>The histogram of class scores.</summary>
    /// <param name="scores">Logits or probabilities, [N, K], finite.</param>
    /// <exception cref="Core.BadInputException">A row is not finite (the message names it), or there are none.</exception>
    public static ClassHistogram FromScores(Tensor scores)
    {
        using var scope = NewDisposeScope();
        var classes = FeatureMatrix.Check(scores, "scores", 1).argmax(1);
        return new([.. classes.bincount(null, scores.shape[1]).data<long>()]);
    }

    /// <summary>Entropy −Σ pₖ ln pₖ of the shares, in nats: ln K where all classes are as frequent, 0 where there is but one.</summary>
    public MetricValue Entropy()
    {
        var entropy = -counts.Where(count => count > 0).Select(count => (double)count / samples).Sum(share => share * Math.Log(share));
        return new("class_entropy", Math.Max(0, entropy), null, null, samples, string.Create(CultureInfo.InvariantCulture,
            $"nats, at most ln {counts.Length} = {Math.Log(counts.Length):F3}; likeliest classes; no interval: even classes give about (K − 1)/(2n) less than that"));
    }

    /// <summary>The number of samples in each class.</summary>
    public IReadOnlyList<MetricValue> Counts() =>
        [.. counts.Select((count, k) => new MetricValue(string.Create(CultureInfo.InvariantCulture, $"{CountPrefix}{k}"), count, null, null, samples, "samples whose likeliest class it is"))];
}
