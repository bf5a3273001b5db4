using GenBench.Core;
using GenBench.Models.Adversarial;

namespace GenBench.Tests.Models.Adversarial;

public sealed class HalvingPlanTests
{
    [Theory]
    [InlineData(8, 1, 4)]
    [InlineData(16, 2, 4)]
    [InlineData(28, 2, 7)]
    [InlineData(32, 3, 4)]
    [InlineData(64, 4, 4)]
    [InlineData(96, 4, 6)]
    public void An_image_is_halved_to_four_to_seven_rows(int side, int halvings, int smallest) =>
        Assert.Equal(new HalvingPlan(halvings, new(smallest, smallest)), HalvingPlan.Of(new ImageShape(1, side, side)));

    [Theory]
    [InlineData(7, 7)]
    [InlineData(30, 30)]
    [InlineData(34, 34)]
    [InlineData(16, 64)]
    public void Others_are_refused_with_those_that_can_be_used(int height, int width)
    {
        var error = Assert.Throws<InvalidOptionException>(() => HalvingPlan.Of(new ImageShape(1, height, width)));
        Assert.Equal("resolution", error.Option);
        Assert.Contains("16, 28, 32", error.Reason, StringComparison.Ordinal);
        Assert.Contains($"{height}x{width}", error.Reason, StringComparison.Ordinal);
    }
}
