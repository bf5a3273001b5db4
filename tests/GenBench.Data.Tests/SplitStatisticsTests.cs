using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class SplitStatisticsTests
{
    [Fact]
    public void Counts_means_and_deviations_are_those_of_the_pixels()
    {
        using var scope = NewDisposeScope();
        var images = randint(256, [5000, 3, 4, 2], ScalarType.Byte);
        images[.., 1] = 7;
        using var split = new ImageSplit(images, arange(5000).remainder(3));
        var found = SplitStatistics.Of(split, 4);
        Assert.Equal((5000, 3), (found.Count, found.Channels.Count));
        Assert.Equal([1667L, 1667, 1666, 0], found.ClassCounts);
        Assert.Equal(new ChannelStatistics(7, 0, 7, 7), found.Channels[1]);
        var values = images[.., 2].to(ScalarType.Float64);
        Assert.Equal(values.mean().item<double>(), found.Channels[2].Mean, 9);
        Assert.Equal(values.std(unbiased: false).item<double>(), found.Channels[2].Deviation, 9);
        Assert.Equal((0.0, 255.0), (found.Channels[0].Least, found.Channels[0].Greatest));
        Assert.Empty(SplitStatistics.Of(split with { Labels = null }, 0).ClassCounts);
    }
}
