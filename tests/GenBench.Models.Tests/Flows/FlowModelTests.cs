using GenBench.Core;
using GenBench.Models.Flows;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Flows;

/// <summary>What every flow model has to do, whatever it is made of.</summary>
public abstract class FlowModelTests
{
    private static readonly ImageShape Shape = new(1, 8, 8);

    /// <summary>A small model.</summary>
    private protected abstract FlowModel Create(ImageShape shape);

    /// <summary>A model under its default options.</summary>
    private protected abstract FlowModel CreateDefault(ImageShape shape);

    [Theory]
    [InlineData(1, 28)]
    [InlineData(3, 32)]
    [InlineData(1, 16)]
    public void The_defaults_fit_the_usual_sizes(int channels, int side)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = CreateDefault(new ImageShape(channels, side, side));
        using var network = model.Network;
        Assert.Equal(PixelEncoding.Dequantised, model.Encoding);
        var batch = Images(2, channels, side);
        Initialize(model, batch);
        var loss = Step(model, batch);
        Assert.True(loss.isfinite().item<bool>());
        Assert.Equal([2, channels, side, side], model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 2, CPU))).shape);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    public void It_obeys_the_law_of_flows(int channels, int side)
    {
        using var scope = NewDisposeScope();
        FlowLaw.Check(() => (Flow)Create(new ImageShape(channels, side, side)).Network, Images(2, channels, side).Images.to(ScalarType.Float64));
    }

    [Fact]
    public void Images_come_back_from_their_latents_in_float32()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = Ready(Shape, out var batch);
        using var network = (Flow)model.Network;
        var (z, logDet) = network.Forward(batch.Images);
        Assert.Equal([8, 64], z.shape);
        var (back, inverseLogDet) = network.Inverse(z);
        Assert.InRange((back - batch.Images).abs().max().item<float>(), 0, 1e-4);
        Assert.InRange(((logDet + inverseLogDet) / logDet).abs().max().item<float>(), 0, 1e-4);
        var latents = randn(8, 64);
        Assert.InRange((network.Forward(network.Inverse(latents).X).Z - latents).abs().max().item<float>(), 0, 1e-2); // a scale from y to z near 100
    }

    [Fact]
    public void Loss_and_gradients_are_finite_and_reach_every_parameter()
    {
        using var scope = NewDisposeScope();
        var model = Ready(new ImageShape(3, 8, 8), out var batch);
        using var network = model.Network;
        Assert.True(Step(model, batch).isfinite().item<bool>());
        foreach (var (name, parameter) in network.named_parameters())
            Assert.True(parameter.grad is { } gradient && gradient.isfinite().all().item<bool>() && gradient.abs().max().item<float>() > 0, name);
    }

    [Fact]
    public void The_first_batch_brings_the_latents_near_the_prior()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(0);
        var model = Create(Shape);
        using var network = (Flow)model.Network;
        var batch = Images(64, 1, 8);
        var before = model.BitsPerDim(batch.Images).mean().item<float>();
        Initialize(model, batch);
        Assert.True(model.BitsPerDim(batch.Images).mean().item<float>() < before - 0.1);
        // The coarsest scale comes first in z, and ends in a normalised activation.
        var coarsest = network.Forward(batch.Images).Z[.., ..32];
        Assert.InRange(coarsest.mean().item<float>(), -1e-3, 1e-3);
        Assert.InRange(coarsest.square().mean().item<float>(), 1 - 1e-3, 1 + 1e-3);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        using var scope = NewDisposeScope();
        Tensor Trained(long seed)
        {
            manual_seed(seed);
            var model = Create(Shape);
            var batch = Images(4, 1, 8);
            Initialize(model, batch);
            Train(model, batch, 3);
            return nn.utils.parameters_to_vector(model.Network.parameters()).detach();
        }
        var (a, b, c) = (Trained(1), Trained(1), Trained(2));
        Assert.True(a.equal(b).all().item<bool>());
        Assert.False(a.equal(c).all().item<bool>());
    }

    [Fact]
    public void The_weights_of_one_make_another_the_same_model()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var a = Ready(Shape, out var batch);
        manual_seed(99);
        var b = Create(Shape);
        Assert.False(a.BitsPerDim(batch.Images).allclose(b.BitsPerDim(batch.Images)));
        b.Network.load_state_dict(a.Network.state_dict());
        Assert.True(a.BitsPerDim(batch.Images).equal(b.BitsPerDim(batch.Images)).all().item<bool>());
        var request = new DirectSampleRequest(new ImageNoise(1, 0, 2, CPU));
        Assert.True(a.Sample(request).equal(b.Sample(request)).all().item<bool>());
    }

    [Fact]
    public void Eight_images_are_learned_by_heart()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = Create(Shape);
        using var network = model.Network;
        var batch = Images(8, 1, 8);
        Initialize(model, batch);
        var losses = Train(model, batch, 150, 5e-3);
        Assert.True(losses[^10..].Average() < losses[0] - 1, $"{losses[0]} to {losses[^1]} bits/dim");
    }

    [Fact]
    public void A_hundred_steps_samples_and_likelihoods_leave_no_tensor_behind()
    {
        using var outer = NewDisposeScope();
        manual_seed(0);
        var model = Create(Shape);
        using var network = model.Network;
        var batch = Images(2, 1, 8);
        Train(model, batch, 2);
        Round();
        var before = TensorCount.AfterCollection();
        for (var i = 0; i < 100; i++)
            Round();
        Assert.Equal(before, Tensor.TotalCount);

        void Round()
        {
            using var scope = NewDisposeScope();
            Step(model, batch);
            Initialize(model, batch);
            model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 2, CPU)));
            model.Likelihood(batch, new LikelihoodRequest(new ImageNoise(1, 0, 2, CPU)));
            network.zero_grad();
        }
    }

    [Fact]
    public void Likelihoods_are_bounds_in_bits_per_dimension_of_each_image_alone()
    {
        using var scope = NewDisposeScope();
        var model = Ready(Shape, out var batch);
        using var network = model.Network;
        LikelihoodEstimate Of(Tensor images) => Assert.Single(model.Likelihood(
            new Batch(images, null), new LikelihoodRequest(new ImageNoise(0, 0, (int)images.shape[0], CPU))));
        var whole = Of(batch.Images);
        Assert.Equal(("dequantised", "bits/dim"), (whole.Kind, whole.Unit));
        Assert.Equal([8], whole.PerImage.shape);
        Assert.True(whole.PerImage[5..8].allclose(Of(batch.Images[5..8]).PerImage, 1e-4, 1e-4));
        Assert.Equal(Step(model, batch).item<float>(), whole.PerImage.mean().item<float>(), 1e-4);
    }

    [Fact]
    public void Temperature_scales_the_latents()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = Ready(Shape, out _);
        using var network = (Flow)model.Network;
        var noise = new ImageNoise(5, 0, 4, CPU);
        Tensor Latents(double temperature) => network.Forward(model.Sample(new DirectSampleRequest(noise) { Temperature = temperature })).Z;
        var z = noise.Normal(0, 64);
        Assert.InRange((Latents(1) - z).abs().max().item<float>(), 0, 1e-2);
        Assert.InRange((Latents(0.7) - z * 0.7).abs().max().item<float>(), 0, 1e-2);
        var coldest = model.Sample(new DirectSampleRequest(noise) { Temperature = 0 });
        Assert.InRange((coldest - coldest[0]).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void A_sample_does_not_depend_on_its_batch()
    {
        using var scope = NewDisposeScope();
        var model = Ready(Shape, out _);
        using var network = model.Network;
        Tensor Draw(long first, int count) => model.Sample(new DirectSampleRequest(new ImageNoise(5, first, count, CPU)));
        var (whole, part) = (Draw(0, 6), Draw(4, 2));
        Assert.True(whole[4..6].allclose(part, 1e-3, 1e-4));
        Assert.True((whole[0] - whole[4]).abs().max().item<float>() > 1e-3);
    }

    /// <summary>Multiply-accumulates of the layers that one sample runs through, as hooks count them; the invertible
    /// convolutions are not among them.</summary>
    private protected static long CountedMacs(FlowModel model)
    {
        using var scope = NewDisposeScope();
        var counted = 0L;
        void Count(nn.Module<Tensor, Tensor> layer, Tensor weight) => layer.register_forward_hook((_, _, output) =>
        {
            counted += weight.numel() * output.shape[2] * output.shape[3];
            return output;
        });
        foreach (var module in model.Network.modules())
        {
            if (module is Conv2d convolution)
                Count(convolution, convolution.weight);
            else if (module is WeightNormConv2d normed)
                Count(normed, normed.state_dict()["_direction"]);
        }
        model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 1, CPU)));
        return counted;
    }

    /// <summary>A small model, initialised on the batch, all its weights perturbed after.</summary>
    private FlowModel Ready(ImageShape shape, out Batch batch)
    {
        manual_seed(0);
        var model = Create(shape);
        batch = Images(8, shape.Channels, shape.Height);
        Initialize(model, batch);
        FlowLaw.Perturb(model.Network, 0.05);
        return model;
    }

    /// <summary>Dequantised 8-bit images: a bright square on black at a place of its own.</summary>
    private static Batch Images(int count, int channels, int side)
    {
        var pixels = zeros(count, channels, side, side);
        var room = side - side / 2 + 1;
        for (var i = 0; i < count; i++)
            pixels[i, .., (i % room)..(i % room + side / 2), (i / room % room)..(i / room % room + side / 2)] = 200;
        var noise = new ImageNoise(9, 0, count, CPU).Uniform(0, channels, side, side);
        return new Batch(pixels.add_(noise).div_(128).sub_(1), null);
    }

    private static void Initialize(FlowModel model, Batch batch)
    {
        using var noGrad = no_grad();
        model.Stages[0].Initialize!(batch);
    }

    private static Tensor Step(FlowModel model, Batch batch)
    {
        model.Network.zero_grad();
        var loss = model.Stages[0].Objectives[0].Evaluate(batch).Total;
        loss.backward();
        return loss;
    }

    private static float[] Train(FlowModel model, Batch batch, int steps, double rate = 1e-3)
    {
        using var adam = optim.Adam(model.Network.parameters(), rate);
        return [.. Enumerable.Range(0, steps).Select(_ =>
        {
            using var scope = NewDisposeScope();
            var loss = Step(model, batch);
            adam.step();
            return loss.item<float>();
        })];
    }
}
