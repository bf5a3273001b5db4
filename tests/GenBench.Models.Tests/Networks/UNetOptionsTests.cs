using GenBench.Core;
using GenBench.Models.Networks;

namespace GenBench.Tests.Models.Networks;

public sealed class UNetOptionsTests
{
    private static readonly UNetOptions Mnist = new() { Shape = new ImageShape(1, 28, 28) };

    [Fact]
    public void Three_levels_of_28_are_28_14_and_7()
    {
        var levels = (Mnist with { Multipliers = [1, 2, 2] }).Levels();
        Assert.Equal([new(28, 28), new(14, 14), new FeatureSize(7, 7)], levels);
    }

    [Fact]
    public void A_patch_of_2_starts_at_half_the_size()
    {
        Assert.Equal([14, 7], (Mnist with { Patch = 2 }).Levels().Select(level => level.Height));
    }

    [Fact]
    public void Attention_is_at_the_coarsest_level_unless_said_otherwise()
    {
        var levels = Mnist.Levels();
        Assert.Equal([false, true], levels.Select(level => Mnist.Attends(level, levels)));
        Assert.DoesNotContain(levels, level => (Mnist with { Attention = [] }).Attends(level, levels));
        Assert.Equal([true, false], levels.Select(level => (Mnist with { Attention = [28] }).Attends(level, levels)));
    }

    [Fact]
    public void Levels_that_do_not_halve_evenly_are_refused_with_the_number_that_does()
    {
        var error = Assert.Throws<InvalidOptionException>(() => (Mnist with { Multipliers = [1, 1, 1, 1] }).Levels());
        Assert.Equal("multipliers", error.Option);
        Assert.Contains("1 to 3", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patch_that_does_not_divide_the_image_is_refused_with_those_that_do()
    {
        var odd = new UNetOptions { Shape = new ImageShape(1, 9, 15), Multipliers = [1], Patch = 2 };
        var error = Assert.Throws<InvalidOptionException>(() => odd.Levels());
        Assert.Equal("patch", error.Option);
        Assert.EndsWith("1, 3", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_at_a_size_that_never_occurs_is_refused_with_those_that_do()
    {
        var error = Assert.Throws<InvalidOptionException>(() => (Mnist with { Attention = [14, 16] }).Levels());
        Assert.Equal("attention", error.Option);
        Assert.Contains("16", error.Reason, StringComparison.Ordinal);
        Assert.Contains("28, 14", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_channels_that_attend_are_refused()
    {
        Assert.Equal("heads", Assert.Throws<InvalidOptionException>(() => (Mnist with { Heads = 3 }).Levels()).Option);
        Assert.Equal("channels", Assert.Throws<InvalidOptionException>(() => (Mnist with { Channels = 7 }).Levels()).Option);
    }
}
