using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Flows;
using GenBench.Tests.Models.Flows;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class GlowTests : FlowModelTests
{
    private static readonly GlowOptions Small = new() { Levels = 2, Steps = 2, Channels = 8 };

    private protected override FlowModel Create(ImageShape shape) => Glow.Create(Small, new DataSpec(shape, 0));

    private protected override FlowModel CreateDefault(ImageShape shape) => Glow.Create(new GlowOptions(), new DataSpec(shape, 0));

    [Fact]
    public void Additive_couplings_and_logits_obey_the_law_too()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        FlowLaw.Check(
            () => (Flow)Glow.Create(Small with { Coupling = "additive", Logit = 0.01 }, new DataSpec(new ImageShape(1, 4, 4), 0)).Network,
            rand([2, 1, 4, 4], ScalarType.Float64) * 2 - 1);
    }

    [Theory]
    [InlineData("affine", 2)]
    [InlineData("additive", 1)]
    public void Parameters_and_macs_are_those_of_a_hand_count(string coupling, int outputs)
    {
        const int f = 8, k = 2;
        long Network(long half) => 9 * half * f + f * f + 9 * f * outputs * half;                // weights
        long Step(long c) => 2 * c                                                               // activation normalisation
            + (2 * c * c + c)                                                                    // L, U and s: triangles of squares
            + Network(c / 2) + 2 * f + 2 * f + outputs * c / 2;                                  // two gains and biases, a last bias
        var parameters = k * Step(4) + (9 * 2 * 4 + 4)     // 4×14×14, and the prior of two channels given two
            + k * Step(8) + 2 * 8;                         // 8×7×7, and the prior at the top
        var convolutions = (k * Network(2) + 9 * 2 * 4) * 14 * 14 + k * Network(4) * 7 * 7;
        var rotations = k * 4 * 4 * 14 * 14 + k * 8 * 8 * 7 * 7;

        var model = Glow.Create(Small with { Coupling = coupling }, new DataSpec(new ImageShape(1, 28, 28), 0));
        using var network = model.Network;
        Assert.Equal(parameters, network.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(convolutions + rotations, model.MacsPerEvaluation);
        Assert.Equal(convolutions, CountedMacs(model));
    }

    [Fact]
    public void Options_that_cannot_be_used_are_refused_by_name()
    {
        InvalidOptionException Refused(GlowOptions options, int side) =>
            Assert.Throws<InvalidOptionException>(() => Glow.Create(options, new DataSpec(new ImageShape(1, side, side), 0)));
        var deep = Refused(Small with { Levels = 3 }, 28);
        Assert.Equal(("levels", "must be between 1 and 2 for images of 28x28, not 3"), (deep.Option, deep.Reason));
        Assert.Equal("levels", Refused(Small with { Levels = 0 }, 28).Option);
        Assert.Equal("resolution", Refused(Small, 7).Option);
        Assert.Equal("coupling", Refused(Small with { Coupling = "spline" }, 28).Option);
    }
}
