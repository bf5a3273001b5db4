using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class DdpmTests
{
    private static readonly DdpmOptions Tiny = new() { Channels = 8, Blocks = 1, Patch = 1, Timesteps = 50 };
    private static readonly DataSpec Data = new(new ImageShape(1, 8, 8), 0);

    [Theory]
    [InlineData(1, 28)]
    [InlineData(3, 32)]
    [InlineData(1, 16)]
    public void The_defaults_fit_the_usual_sizes(int channels, int side)
    {
        var model = Ddpm.Create(new DdpmOptions(), new DataSpec(new ImageShape(channels, side, side), 10));
        Assert.Equal(PixelEncoding.Symmetric, model.Encoding);
        Assert.Equal(new ImageShape(channels, side, side), model.LatentShape);
        using var network = model.Network;
    }

    [Fact]
    public void An_untrained_network_predicts_nothing_and_loses_the_variance_of_the_noise()
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        var model = Create(Tiny);
        // It returns 0, so that the loss is the mean of ε² over 12,800 draws.
        Assert.InRange(Loss(model, Images(200)).item<float>(), 1 - 5 * Math.Sqrt(2.0 / 12_800), 1 + 5 * Math.Sqrt(2.0 / 12_800));
    }

    [Theory]
    [InlineData("small")]
    [InlineData("learned")]
    public void Loss_and_gradients_are_finite_and_reach_every_parameter(string variance)
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        var model = Create(Tiny with { Dropout = 0.1, Patch = 2, Multipliers = [1, 2], Variance = variance });
        Perturb(model);
        var loss = Loss(model, Images(4));
        loss.backward();
        Assert.True(loss.isfinite().item<bool>());
        foreach (var (name, parameter) in model.Network.named_parameters())
        {
            Assert.True(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>(), name);
            Assert.True(parameter.grad!.abs().max().item<float>() > 0, name);
        }
    }

    [Fact]
    public void The_same_seed_trains_to_the_same_bits_and_another_does_not()
    {
        Tensor Trained(long seed)
        {
            manual_seed(seed);
            var model = Create(Tiny);
            Train(model, Images(4), 5);
            return nn.utils.parameters_to_vector(model.Network.parameters()).detach();
        }
        using var scope = NewDisposeScope();
        var (a, b, c) = (Trained(1), Trained(1), Trained(2));
        Assert.True(a.equal(b).all().item<bool>());
        Assert.False(a.equal(c).all().item<bool>());
    }

    [Theory]
    [InlineData("epsilon", "simple")]
    [InlineData("x0", "min-snr")]
    [InlineData("v", "simple")]
    public void The_loss_falls_when_eight_images_are_learned_by_heart(string prediction, string weighting)
    {
        manual_seed(0);
        var losses = Train(Create(Tiny with { LearningRate = 5e-3, Prediction = prediction, Weighting = weighting }), Images(8), 200);
        Assert.True(losses[^50..].Average() < 0.5 * losses[..10].Average(), $"{losses[..10].Average()} to {losses[^50..].Average()}");
    }

    [Fact]
    public void A_hundred_steps_leak_no_tensor()
    {
        manual_seed(0);
        var model = Create(Tiny);
        using var images = Images(2);
        Train(model, images, 3);
        var before = TensorCount.AfterCollection();
        Train(model, images, 100);
        Assert.Equal(before, Tensor.TotalCount);
        GC.KeepAlive(model.Network);
    }

    [Fact]
    public void The_weights_of_one_make_another_the_same_model()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (a, b) = (Create(Tiny), Create(Tiny));
        Perturb(a);
        b.Network.load_state_dict(a.Network.state_dict());
        var (x, t) = (randn(2, 1, 8, 8), tensor(new long[] { 4, 40 }));
        Assert.True(a.Denoise(x, t, null).Mean.equal(b.Denoise(x, t, null).Mean).all().item<bool>());
    }

    [Fact]
    public void The_terms_of_the_bound_are_non_negative_and_sum_to_it()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny with { Variance = "large" });
        Perturb(model);
        var batch = new Batch(Images(3), null);
        var request = new LikelihoodRequest(new ImageNoise(0, 0, 3, CPU));
        var terms = model.BoundTerms(batch, request);
        Assert.Equal([3, 49], terms.Steps.shape);
        Assert.True(terms.Steps.min().item<double>() >= 0 && terms.Prior.min().item<double>() >= 0 && terms.Decoder.min().item<double>() >= 0);

        var estimate = Assert.Single(model.Likelihood(batch, request));
        Assert.Equal(("VLB", "bits/dim"), (estimate.Kind, estimate.Unit));
        Assert.True(estimate.PerImage.allclose(terms.Prior + terms.Decoder + terms.Steps.sum(1), 1e-12, 1e-12));
    }

    [Fact]
    public void A_bound_on_some_timesteps_says_so_and_repeats_itself()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny);
        Perturb(model);
        var images = Images(4);
        Tensor Bound(long first, int count) => Assert.Single(model.Likelihood(
            new Batch(images.narrow(0, first, count), null), new LikelihoodRequest(new ImageNoise(0, first, count, CPU)) { Timesteps = 5 })).PerImage;
        Assert.True(Bound(0, 4)[2..4].allclose(Bound(2, 2), 1e-4));
        var request = new LikelihoodRequest(new ImageNoise(0, 0, 4, CPU)) { Timesteps = 5 };
        Assert.Equal("VLB(5 of 49)", Assert.Single(model.Likelihood(new Batch(images, null), request)).Kind);
    }

    [Fact]
    public void Samples_have_the_shape_and_range_of_images()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny);
        Perturb(model);
        var samples = DdimSampler.Create(new DdimSamplerOptions { Steps = 5 }).Sample(model, new SampleRequest(new ImageNoise(0, 0, 3, CPU)));
        Assert.Equal([3, 1, 8, 8], samples.Images.shape);
        Assert.InRange(samples.Images.abs().max().item<float>(), 0, 1);
        Assert.Equal(5, samples.Nfe);
    }

    [Fact]
    public void Options_that_do_not_fit_the_data_are_refused_by_name()
    {
        Assert.Equal("multipliers", Assert.Throws<InvalidOptionException>(() => Create(Tiny with { Multipliers = [1, 1, 1, 1, 1] })).Option);
        Assert.Equal("schedule", Assert.Throws<InvalidOptionException>(() => Create(Tiny with { Schedule = "sigmoid" })).Option);
        Assert.Equal("prediction", Assert.Throws<InvalidOptionException>(() => Create(Tiny with { Prediction = "score" })).Option);
        Assert.Equal("weighting", Assert.Throws<InvalidOptionException>(() => Create(Tiny with { Weighting = "none" })).Option);
        Assert.Equal("variance", Assert.Throws<InvalidOptionException>(() => Create(Tiny with { Variance = "none" })).Option);
    }

    private static Ddpm Create(DdpmOptions options) => Ddpm.Create(options, Data);

    /// <summary>8-bit images, symmetrically encoded: a bright square on black at a place of its own.</summary>
    private static Tensor Images(int count)
    {
        var images = full([count, 1, 8, 8], -1f);
        for (var i = 0; i < count; i++)
            images[i, 0, (i % 5)..(i % 5 + 3), (i / 5 % 5)..(i / 5 % 5 + 3)] = 255 / 127.5f - 1;
        return images;
    }

    private static Tensor Loss(Ddpm model, Tensor images) => model.Stages[0].Objectives[0].Evaluate(new Batch(images, null)).Total;

    private static float[] Train(Ddpm model, Tensor images, int steps)
    {
        using var optimizer = optim.Adam(model.Network.parameters(), model.Stages[0].Objectives[0].Optimizer.LearningRate);
        return [.. Enumerable.Range(0, steps).Select(_ =>
        {
            using var scope = NewDisposeScope();
            model.Network.zero_grad();
            var loss = Loss(model, images);
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        })];
    }

    private static void Perturb(Ddpm model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in model.Network.parameters())
            parameter.add_(randn_like(parameter) * 0.1);
    }
}
