using GenBench.Models.Flows;
using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Flows;

/// <summary>What each layer is beyond the law of flows.</summary>
public sealed class FlowLayerTests
{
    private static readonly FeatureSize Size = new(4, 5);

    [Fact]
    public void Activations_are_normalised_on_the_first_batch()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(0);
        using var norm = new ActNorm(3, 4, 5);
        var batch = randn(16, 3, 4, 5) * tensor(new[] { 0.01f, 1, 30 }).view(3, 1, 1) + tensor(new[] { 5f, 0, -70 }).view(3, 1, 1);
        var z = norm.Initialize(batch).transpose(0, 1).flatten(1);
        Assert.InRange(z.mean([1]).abs().max().item<float>(), 0, 1e-3);
        Assert.InRange((z.var(1, unbiased: false) - 1).abs().max().item<float>(), 0, 1e-3);
        Assert.Equal(20 * -Math.Log(0.01 * 1 * 30), norm.Forward(batch).LogDet[7].item<float>(), 20 * 3 * 5 / Math.Sqrt(2 * 320));
    }

    [Fact]
    public void A_channel_that_is_constant_in_the_first_batch_stays_finite()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var norm = new ActNorm(2, 4, 5);
        Assert.True(norm.Initialize(ones(3, 2, 4, 5)).isfinite().all().item<bool>());
        using var convolution = new WeightNormConv2d(2, 3, 3);
        Assert.True(convolution.Initialize(zeros(3, 2, 4, 5)).isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_weight_normalised_convolution_is_normalised_on_the_first_batch_and_blind_to_the_length_of_v(int kernel)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(0);
        using var convolution = new WeightNormConv2d(2, 5, kernel);
        var x = randn(8, 2, 4, 5) * 3 + 1;
        var output = convolution.Initialize(x);
        var values = output.transpose(0, 1).flatten(1);
        Assert.InRange(values.mean([1]).abs().max().item<float>(), 0, 1e-4);
        Assert.InRange((values.var(1, unbiased: false) - 1).abs().max().item<float>(), 0, 1e-4);

        var weights = convolution.state_dict();
        var (v, g, b) = (weights["_direction"], weights["_gain"], weights["_bias"]);
        var norms = v.flatten(1).norm(1).view(5, 1, 1, 1);
        Assert.True(output.allclose(nn.functional.conv2d(x, v * g / norms, b, padding: [kernel / 2, kernel / 2]), 1e-4, 1e-5));
        v.mul_(7);
        Assert.True(output.allclose(convolution.call(x), 1e-4, 1e-5));
    }

    [Fact]
    public void An_invertible_convolution_starts_as_a_random_rotation_of_the_channels_at_each_position()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(0);
        using var convolution = new InvertibleConvolution(6, Size);
        using var other = new InvertibleConvolution(6, Size);
        var weight = convolution.Weight();
        Assert.InRange((weight.matmul(weight.t()) - eye(6)).abs().max().item<float>(), 0, 1e-5);
        Assert.True((weight - other.Weight()).abs().max().item<float>() > 0.1);
        var x = randn(2, 6, 4, 5);
        var (z, logDet) = convolution.Forward(x);
        Assert.InRange(logDet.abs().max().item<float>(), 0, 1e-4);
        Assert.True(z[1, .., 2, 3].allclose(weight.mv(x[1, .., 2, 3]), 1e-4, 1e-5));

        FlowLaw.Perturb(convolution);
        Assert.Equal(20 * linalg.slogdet(convolution.Weight()).Item2.item<float>(), convolution.Forward(x).LogDet[0].item<float>(), 1e-3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_checkerboard_changes_one_colour_by_what_it_sees_of_the_other(int parity)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(0);
        using var coupling = new Coupling(new Checkerboard(Size, parity), new ResidualConditioner(1, 4, 1, 2, Size), new TanhLogScale());
        FlowLaw.Perturb(coupling, 0.3);
        var x = randn(1, 1, 4, 5);
        var changes = zeros(4, 5);
        for (var i = 0; i < 4; i++)
            for (var j = (i + parity) % 2; j < 5; j += 2)
                changes[i, j] = 1;
        var z = coupling.Forward(x).Z;
        Assert.True(z.eq(x).logical_xor(changes.gt(0)).all().item<bool>());

        // A pixel that changes has an effect on itself alone; one that stays has one on changing neighbours too.
        Tensor Effect(int i, int j)
        {
            var moved = x.clone();
            moved[0, 0, i, j] += 1;
            return (coupling.Forward(moved).Z - z)[0, 0].abs().gt(1e-6);
        }
        var (changing, staying) = (Effect(1, 1 + parity), Effect(1, 2 - parity));
        Assert.True(changing[1, 1 + parity].item<bool>() && changing.sum().item<long>() == 1);
        Assert.True(staying[1, 2 - parity].item<bool>() && staying.logical_and(changes.gt(0)).sum().item<long>() >= 3);
    }

    [Fact]
    public void Couplings_start_without_an_effect_of_their_input()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = randn(2, 4, 4, 5);
        using var masked = new Coupling(new Checkerboard(Size, 0), new ResidualConditioner(4, 8, 1, 8, Size), new TanhLogScale());
        Assert.True(masked.Forward(x).Z.equal(x).all().item<bool>());
        using var halves = new Coupling(new Halves(), new ConvolutionalConditioner(2, 8, 4, Size), new SigmoidLogScale());
        var scale = 1 / (1 + Math.Exp(-2));
        var (z, logDet) = halves.Forward(x);
        Assert.True(z.allclose(cat([x[.., ..2], x[.., 2..] * scale], 1), 1e-5, 1e-6));
        Assert.Equal(40 * Math.Log(scale), logDet[0].item<float>(), 1e-4);
    }

    [Fact]
    public void Log_scales_are_bounded()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var raw = tensor(new[] { -1e6f, -1, 0, 1, 1e6f });
        using var tanh = new TanhLogScale();
        foreach (var limit in tanh.parameters())
            limit.fill_(1.5);
        Assert.Equal([-1.5, 1.5 * Math.Tanh(-1), 0, 1.5 * Math.Tanh(1), 1.5], tanh.call(raw).data<float>().Select(s => (double)s), (a, b) => Math.Abs(a - b) < 1e-6);
        using var sigmoid = new SigmoidLogScale();
        var scales = sigmoid.call(raw).exp();
        Assert.Equal([0, 1 / (1 + Math.Exp(-1)), 1 / (1 + Math.Exp(-2)), 1 / (1 + Math.Exp(-3)), 1], scales.data<float>().Select(s => (double)s), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Squares_become_channels_row_by_row()
    {
        using var scope = NewDisposeScope();
        using var squeeze = new Squeeze();
        var x = arange(16, ScalarType.Float32).view(1, 1, 4, 4);
        var z = squeeze.Forward(x).Z;
        Assert.Equal([1, 4, 2, 2], z.shape);
        Assert.Equal([2f, 3, 6, 7], z[0, .., 0, 1].data<float>().ToArray());
    }

    [Fact]
    public void The_second_half_of_the_channels_is_set_aside()
    {
        using var scope = NewDisposeScope();
        using var flow = new FactorOut(new Squeeze(), new Flatten(new GenBench.Core.ImageShape(2, 1, 1)));
        var z = flow.Forward(tensor(new[] { 1f, 2, 3, 4 }).view(1, 1, 2, 2)).Z;
        Assert.Equal([1f, 2, 3, 4], z.data<float>().ToArray());
        var scaled = new FactorOut(new Squeeze(), new FlowSequence(Doubling(), new Flatten(new GenBench.Core.ImageShape(2, 1, 1))));
        Assert.Equal([2f, 4, 3, 4], scaled.Forward(tensor(new[] { 1f, 2, 3, 4 }).view(1, 1, 2, 2)).Z.data<float>().ToArray());
        scaled.Dispose();

        static ActNorm Doubling()
        {
            using var noGrad = no_grad();
            var norm = new ActNorm(2, 1, 1);
            norm.state_dict()["_logScale"].fill_(Math.Log(2) / 3);
            return norm;
        }
    }

    [Fact]
    public void The_second_half_is_standardised_by_a_law_that_the_first_gives()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(0);
        using var network = new LinearConditioner(1, 2, Size);
        using var prior = new ConditionalPrior(network);
        FlowLaw.Perturb(prior, 0.3);
        var x = randn(3, 2, 4, 5);
        var (h, parameters) = (x[.., ..1], network.call(x[.., ..1]));
        var (logDeviation, mean) = (parameters[.., ..1], parameters[.., 1..]);
        var (z, logDet) = prior.Forward(x);
        Assert.True(z.allclose(cat([h, (x[.., 1..] - mean) / logDeviation.exp()], 1), 1e-4, 1e-5));
        Assert.True(logDet.allclose(-logDeviation.sum([1, 2, 3]), 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(1e-6)]
    public void The_logit_transform_is_as_exact_in_float32_as_its_result_can_hold(double alpha)
    {
        using var scope = NewDisposeScope();
        using var transform = new LogitTransform(alpha);
        var y = tensor(new[] { -1, -1 + 1.0 / (1 << 23), -0.99609375, -0.3, 0, 0.7, 1 - 1.0 / (1 << 23) });
        var p = alpha + (1 - 2 * alpha) * (y + 1) / 2;
        var expected = (p.log() - (1 - p).log()).data<double>().ToArray();
        var (z, logDet) = transform.Forward(y.to(ScalarType.Float32).view(-1, 1));
        Assert.Equal(expected, z.data<float>().Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);
        // dz/dp = 1/(p(1 − p)), dp/dy = (1 − 2α)/2
        var slopes = (-p.log() - (1 - p).log() + Math.Log(0.5 - alpha)).data<double>().ToArray();
        Assert.Equal(slopes, logDet.data<float>().Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
