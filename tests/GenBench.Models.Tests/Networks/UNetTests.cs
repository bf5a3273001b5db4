using GenBench.Core;
using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Networks;

public sealed class UNetTests
{
    private static readonly UNetOptions Tiny = new()
    {
        Shape = new ImageShape(1, 8, 8),
        Channels = 4,
        Multipliers = [1, 2],
        Blocks = 1,
        Attention = [4],
        Heads = 2,
    };

    [Fact]
    public void The_parameters_are_those_counted_by_hand()
    {
        static long Conv(long i, long o, long k) => i * o * k * k + o;
        static long Res(long i, long o) =>
            2 * i + Conv(i, o, 3) + (16 * o + o) + 2 * o + Conv(o, o, 3) + (i == o ? 0 : Conv(i, o, 1));
        const long attention = 2 * 8 + (8 * 24 + 24) + (8 * 8 + 8);
        var expected = (4 * 16 + 16) + (16 * 16 + 16)                                   // time
            + Conv(1, 4, 3) + Res(4, 4) + Conv(4, 4, 3) + Res(4, 8) + attention        // down: 8x8, 4x4
            + Res(8, 8) + attention + Res(8, 8)                                        // middle
            + Res(8 + 8, 8) + attention + Res(8 + 4, 8) + attention + Conv(8, 8, 3)    // up at 4x4
            + Res(8 + 4, 4) + Res(4 + 4, 4) + 2 * 4 + Conv(4, 1, 3);                   // up at 8x8
        using var network = new UNet(Tiny);
        Assert.Equal(expected, network.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void The_macs_are_those_counted_by_hand()
    {
        static long Res(long i, long o, long positions) =>
            (9 * i * o + 9 * o * o + (i == o ? 0 : i * o)) * positions + 16 * o;
        const long attention = (8 * 24 + 8 * 8) * 16 + 2 * 16 * 16 * 8;
        var expected = (4 * 16 + 16 * 16)
            + 9 * 4 * 64 + Res(4, 4, 64) + 9 * 4 * 4 * 16 + Res(4, 8, 16) + attention
            + Res(8, 8, 16) + attention + Res(8, 8, 16)
            + Res(16, 8, 16) + attention + Res(12, 8, 16) + attention + 9 * 8 * 8 * 64
            + Res(12, 4, 64) + Res(8, 4, 64) + 9 * 4 * 64;
        using var network = new UNet(Tiny);
        Assert.Equal(expected, network.Macs());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void The_macs_are_those_that_hooks_on_the_layers_count(int patch, int blocks)
    {
        var options = new UNetOptions
        {
            Shape = new ImageShape(3, 16, 24),
            Channels = 8,
            Multipliers = [1, 2],
            Blocks = blocks,
            Attention = [],
            Patch = patch,
        };
        using var network = new UNet(options);
        var counted = 0L;
        foreach (var convolution in network.modules().OfType<Conv2d>())
            convolution.register_forward_hook((_, _, output) =>
            {
                counted += convolution.weight.numel() * output.shape[2] * output.shape[3];
                return output;
            });
        foreach (var linear in network.modules().OfType<Linear>())
            linear.register_forward_hook((_, _, output) =>
            {
                counted += linear.weight.numel();
                return output;
            });
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.call(zeros(1, 3, 16, 24), zeros(1, ScalarType.Int64), null);
        Assert.Equal(counted, network.Macs());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_starts_at_zero_and_depends_on_image_and_time_once_perturbed(int patch)
    {
        manual_seed(0);
        using var network = new UNet(Tiny with { Shape = new ImageShape(2, 8, 16), Attention = null, Patch = patch });
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (x, t) = (randn(3, 2, 8, 16), tensor(new long[] { 0, 5, 900 }));
        var start = network.call(x, t, null);
        Assert.Equal([3, 2, 8, 16], start.shape);
        Assert.Equal(0, start.abs().max().item<float>());

        foreach (var parameter in network.parameters())
            parameter.add_(randn_like(parameter) * 0.1);
        var output = network.call(x, t, null);
        Assert.True(output.isfinite().all().item<bool>());
        Assert.True((output - network.call(x, t + 40, null)).abs().amax([1, 2, 3]).min().item<float>() > 1e-4);
        Assert.True((output - network.call(x + 0.1, t, null)).abs().amax([1, 2, 3]).min().item<float>() > 1e-4);
        // One image's output does not depend on the others in the batch.
        Assert.True(output[1..2].allclose(network.call(x[1..2], t[1..2], null), 1e-4, 1e-5));
    }

    [Fact]
    public void Attention_weighs_values_by_the_softmax_of_scaled_products()
    {
        manual_seed(1);
        using var attention = new SelfAttention(8, heads: 2);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in attention.parameters())
            parameter.copy_(randn_like(parameter) * 0.5);
        var weights = attention.state_dict();
        var x = randn(2, 8, 3, 2);
        var normed = nn.functional.group_norm(x, 2, weights["_norm.weight"], weights["_norm.bias"]);
        var qkv = nn.functional.conv2d(normed, weights["_qkv.weight"], weights["_qkv.bias"]).flatten(2);
        var heads = Enumerable.Range(0, 2).Select(head =>
        {
            Tensor Part(int which) => qkv.narrow(1, which * 8 + head * 4, 4);    // [B, 4, 6]
            var scores = Part(0).transpose(1, 2).matmul(Part(1)) / 2;            // √4
            return Part(2).matmul(scores.softmax(-1).transpose(1, 2));
        });
        var expected = x + nn.functional.conv2d(cat([.. heads], 1).view(2, 8, 3, 2), weights["_output.weight"], weights["_output.bias"]);
        Assert.True(expected.allclose(attention.call(x), 1e-4, 1e-5));
    }

    [Fact]
    public void A_feature_map_is_normalised_over_groups_of_at_least_four_channels()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var norm = GroupNormalization.Create(24);
        var output = norm.call(randn(2, 24, 5, 5) * 3 + 7).view(2, 6, -1);
        Assert.True(output.mean([2]).abs().max().item<float>() < 1e-5);
        Assert.InRange(output.var(2, unbiased: false).min().item<float>(), 0.999, 1.001);
    }
}
