using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>What can be said of a split at a glance.</summary>
/// <param name="Count">Images.</param>
/// <param name="ClassCounts">Images of each class; empty without labels.</param>
/// <param name="Channels">The values of each channel.</param>
public sealed record SplitStatistics(long Count, IReadOnlyList<long> ClassCounts, IReadOnlyList<ChannelStatistics> Channels)
{
    private const long Chunk = 2048;

    /// <summary>Looks at every value, of 8-bit images a piece of the split at a time.</summary>
    /// <param name="split">The split, of at least one image.</param>
    /// <param name="classes">Number of classes.</param>
    public static SplitStatistics Of(ImageSplit split, int classes)
    {
        using var scope = NewDisposeScope();
        var channels = (int)split.Images.shape[1];
        return new SplitStatistics(
            split.Count,
            split.Labels is { } labels ? labels.bincount(null, classes).data<long>().ToArray() : [],
            split.Images.dtype == ScalarType.Byte
                ? OfBytes(split, channels)
                : [.. Enumerable.Range(0, channels).Select(channel => ChannelStatistics.Of(split.Images.select(1, channel)))]);
    }

    private static ChannelStatistics[] OfBytes(ImageSplit split, int channels)
    {
        var histogram = zeros(channels, 256, ScalarType.Int64);
        for (var first = 0L; first < split.Count; first += Chunk)
        {
            using var step = NewDisposeScope();
            var images = split.Images.narrow(0, first, Math.Min(Chunk, split.Count - first));
            for (var channel = 0; channel < channels; channel++)
                histogram[channel].add_(images.select(1, channel).flatten().to(ScalarType.Int64).bincount(null, 256));
        }
        return [.. Enumerable.Range(0, channels).Select(channel => ChannelStatistics.Of(histogram[channel].data<long>().ToArray()))];
    }
}

/// <summary>The values of one channel: 0 to 255, or reals.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, about the mean of all.</param>
/// <param name="Least">The least value.</param>
/// <param name="Greatest">The greatest value.</param>
public sealed record ChannelStatistics(double Mean, double Deviation, double Least, double Greatest)
{
    /// <param name="values">Reals, of any shape.</param>
    internal static ChannelStatistics Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        var all = values.to(ScalarType.Float64);
        return new ChannelStatistics(
            all.mean().item<double>(), all.std(unbiased: false).item<double>(), all.min().item<double>(), all.max().item<double>());
    }

    internal static ChannelStatistics Of(long[] histogram)
    {
        double count = histogram.Sum();
        var mean = histogram.Index().Sum(bin => (double)bin.Index * bin.Item) / count;
        var variance = histogram.Index().Sum(bin => (bin.Index - mean) * (bin.Index - mean) * bin.Item) / count;
        return new ChannelStatistics(mean, Math.Sqrt(variance), Array.FindIndex(histogram, bin => bin > 0), Array.FindLastIndex(histogram, bin => bin > 0));
    }
}
