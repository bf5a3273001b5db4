using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Flows;
using GenBench.Tests.Models.Flows;

namespace GenBench.Tests.Models;

public sealed class RealNvpTests : FlowModelTests
{
    private static readonly RealNvpOptions Small = new() { Scales = 2, Channels = 4 };

    private protected override FlowModel Create(ImageShape shape) => RealNvp.Create(Small, new DataSpec(shape, 0));

    private protected override FlowModel CreateDefault(ImageShape shape) => RealNvp.Create(new RealNvpOptions(), new DataSpec(shape, 0));

    [Fact]
    public void Parameters_number_as_computed_by_hand()
    {
        // A weight-normalised convolution has a gain and a bias for each output channel.
        static long Conv(long i, long o, long k) => i * o * k * k + 2 * o;
        static long Coupling(long values, long channels, long blocks) =>
            Conv(values, channels, 3) + blocks * 2 * Conv(channels, channels, 3) + (blocks + 1) * Conv(channels, channels, 1)
            + (channels * 2 * values + 2 * values) + 1;
        const int f = 4;
        long Expected(int blocks) =>
            3 * (Coupling(1, f, blocks) + 2 * 1)          // 1×28×28, checkerboards, each with a scale and a shift a channel
            + 3 * (Coupling(2, 2 * f, blocks) + 2 * 4)    // 4×14×14, halves
            + 3 * (Coupling(2, 2 * f, blocks) + 2 * 2)    // 2×14×14, checkerboards
            + 3 * (Coupling(4, 4 * f, blocks) + 2 * 8)    // 8×7×7, halves
            + 4 * (Coupling(4, 4 * f, blocks) + 2 * 4);   // 4×7×7, checkerboards
        foreach (var blocks in new[] { 1, 2 })
        {
            using var network = RealNvp.Create(Small with { Scales = 3, Blocks = blocks }, new DataSpec(new ImageShape(1, 28, 28), 0)).Network;
            Assert.Equal(Expected(blocks), network.parameters().Sum(parameter => parameter.numel()));
        }
    }

    [Fact]
    public void Declared_macs_are_those_of_a_hand_count_and_of_the_layers_run()
    {
        static long Coupling(long values, long channels) => 9 * values * channels + (2 * 9 + 2) * channels * channels + channels * 2 * values;
        var byHand =
            3 * Coupling(3, 4) * 64       // 3×8×8, checkerboards
            + 3 * Coupling(6, 8) * 16     // 12×4×4, halves
            + 4 * Coupling(6, 8) * 16;    // 6×4×4, checkerboards
        var model = Create(new ImageShape(3, 8, 8));
        using var network = model.Network;
        Assert.Equal(byHand, model.MacsPerEvaluation);
        Assert.Equal(byHand, CountedMacs(model));
    }

    [Theory]
    [InlineData(28, 4, "between 1 and 3 for images of 28x28, not 4")]
    [InlineData(7, 2, "between 1 and 1 for images of 7x7, not 2")]
    [InlineData(28, 0, "between 1 and 3 for images of 28x28, not 0")]
    public void Scales_that_do_not_halve_evenly_are_refused_with_the_number_that_does(int side, int scales, string reason)
    {
        var error = Assert.Throws<InvalidOptionException>(() => RealNvp.Create(Small with { Scales = scales }, new DataSpec(new ImageShape(1, side, side), 0)));
        Assert.Equal("scales", error.Option);
        Assert.EndsWith(reason, error.Reason, StringComparison.Ordinal);
    }
}
