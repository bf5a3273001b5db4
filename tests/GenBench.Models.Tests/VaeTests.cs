using GenBench.Core;
using GenBench.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class VaeTests
{
    private static readonly VaeOptions Small = new() { Latent = 4, Channels = 4, Hidden = 16 };

    [Theory]
    [InlineData(1, 16, "bernoulli")]
    [InlineData(1, 28, "bernoulli")]
    [InlineData(3, 32, "bernoulli")]
    [InlineData(1, 28, "logistic")]
    [InlineData(3, 16, "logistic")]
    public void Losses_gradients_samples_and_likelihoods_are_finite_at_every_shape(int channels, int size, string likelihood)
    {
        using var scope = NewDisposeScope();
        using var model = Build(Small with { Likelihood = likelihood }, new ImageShape(channels, size, size));
        var batch = Images(model.Vae, 3, channels, size);
        var loss = Step(model.Vae, batch);
        Assert.Equal(["kl", "reconstruction"], loss.Parts.Keys.Order());
        Assert.Equal(
            loss.Total.item<float>() * channels * size * size,
            loss.Parts["kl"].item<float>() + loss.Parts["reconstruction"].item<float>(), 1e-2 * size);
        Assert.All(model.Vae.Network.parameters(), p => Assert.True(p.grad!.isfinite().all().item<bool>() && p.grad.abs().sum().item<float>() > 0));

        var sample = model.Vae.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 5, CPU)));
        Assert.Equal([5, channels, size, size], sample.shape);
        Assert.True(sample.isfinite().all().item<bool>());
        var figures = model.Vae.Likelihood(batch, new LikelihoodRequest(new ImageNoise(1, 0, 3, CPU)) { ImportanceSamples = 5 });
        Assert.Equal(["ELBO", "IWAE(5)"], figures.Select(figure => figure.Kind));
        Assert.All(figures, figure => Assert.Equal([3], figure.PerImage.shape));
        Assert.All(figures, figure => Assert.Equal(likelihood == "logistic" ? "bits/dim" : "nats", figure.Unit));
        Assert.True((figures[0].PerImage >= figures[1].PerImage).all().item<bool>());
    }

    [Fact]
    public void Parameters_number_as_computed_by_hand()
    {
        using var model = Build(new VaeOptions(), new ImageShape(1, 28, 28));
        var encoder = (16 * 32 + 32) + (32 * 64 * 16 + 64) + (3136 * 256 + 256) + (256 * 64 + 64);
        var decoder = (32 * 256 + 256) + (256 * 3136 + 3136) + (64 * 32 * 16 + 32) + (32 * 16 + 1);
        Assert.Equal(encoder + decoder, model.Vae.Network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData(1, 28, "bernoulli", (32 * 256) + (256 * 64 * 49) + (49 * 64 * 32 * 16) + (196 * 32 * 16))]
    [InlineData(3, 32, "logistic", (32 * 256) + (256 * 64 * 64) + (64 * 64 * 32 * 16) + (256 * 32 * 6 * 16))]
    public void Declared_macs_are_those_of_a_hand_count_and_of_the_layers_run(int channels, int size, string likelihood, long expected)
    {
        using var scope = NewDisposeScope();
        using var model = Build(new VaeOptions { Likelihood = likelihood }, new ImageShape(channels, size, size));
        var counted = 0L;
        foreach (var module in model.Vae.Network.modules())
        {
            if (module is Linear linear)
                linear.register_forward_hook((_, _, output) => { counted += linear.weight.numel(); return output; });
            else if (module is ConvTranspose2d convolution)
                convolution.register_forward_hook((_, input, output) => { counted += convolution.weight.numel() * input.shape[2] * input.shape[3]; return output; });
        }
        model.Vae.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 1, CPU)));
        Assert.Equal(expected, counted);
        Assert.Equal(expected, model.Vae.MacsPerEvaluation);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var first = Build(Small, new ImageShape(1, 16, 16));
        using var second = Build(Small, new ImageShape(1, 16, 16));
        foreach (var model in new[] { first, second })
            Train(model.Vae, Images(model.Vae, 4, 1, 16), steps: 3);
        Assert.All(first.Vae.Network.parameters().Zip(second.Vae.Network.parameters()), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void Eight_images_are_learned_by_heart()
    {
        using var scope = NewDisposeScope();
        using var model = Build(Small with { Channels = 8, Hidden = 64 }, new ImageShape(1, 16, 16));
        var batch = Images(model.Vae, 8, 1, 16);
        var before = Train(model.Vae, batch, steps: 1);
        var after = Train(model.Vae, batch, steps: 200);
        Assert.InRange(before, 0.6, 0.8);  // ln 2 per pixel: nothing known
        Assert.InRange(after, 0, 0.15);    // below it lies the cost of saying which image, ≥ ln 8 / 256
    }

    [Fact]
    public void A_hundred_steps_samples_and_likelihoods_leave_no_tensor_behind()
    {
        using var outer = NewDisposeScope();
        using var model = Build(Small, new ImageShape(1, 16, 16));
        var batch = Images(model.Vae, 2, 1, 16);
        Train(model.Vae, batch, steps: 2);
        var before = TensorCount.AfterCollection();
        for (var i = 0; i < 100; i++)
        {
            using var scope = NewDisposeScope();
            Step(model.Vae, batch);
            model.Vae.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 2, CPU)));
            model.Vae.Likelihood(batch, new LikelihoodRequest(new ImageNoise(1, 0, 2, CPU)) { ImportanceSamples = 2 });
            model.Vae.Network.zero_grad();
        }
        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sample_does_not_depend_on_its_batch(bool draw)
    {
        using var scope = NewDisposeScope();
        using var model = Build(Small with { Likelihood = "logistic" }, new ImageShape(1, 16, 16));
        Tensor Draw(long first, int count) => model.Vae.Sample(new DirectSampleRequest(new ImageNoise(5, first, count, CPU)) { DrawPixels = draw });
        var (whole, part) = (Draw(0, 6), Draw(4, 2));
        Assert.InRange((whole[4..6] - part).abs().max().item<float>(), 0, 1e-5);
        Assert.True((whole[0] - whole[4]).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void Temperature_nought_gives_one_mean_and_draws_are_binary_about_it()
    {
        using var scope = NewDisposeScope();
        using var model = Build(Small, new ImageShape(1, 16, 16));
        var request = new DirectSampleRequest(new ImageNoise(5, 0, 2000, CPU)) { Temperature = 0 };
        var mean = model.Vae.Sample(request);
        Assert.InRange((mean - mean[0]).abs().max().item<float>(), 0, 1e-6);
        var draws = model.Vae.Sample(request with { DrawPixels = true });
        Assert.True(draws.eq(0).logical_or(draws.eq(1)).all().item<bool>());
        Assert.InRange((draws.mean([0]) - mean[0]).abs().max().item<float>(), 0, 5 * 0.5 / Math.Sqrt(2000));
    }

    [Fact]
    public void The_weight_of_the_kl_term_rises_linearly_to_beta()
    {
        using var scope = NewDisposeScope();
        using var model = Build(Small with { Beta = 2, KlWarmup = 4 }, new ImageShape(1, 16, 16));
        var batch = Images(model.Vae, 2, 1, 16);
        var weights = new long[] { 0, 1, 3, 4, 1000 }.Select(step =>
        {
            var loss = model.Vae.Stages[0].Objectives[0].Evaluate(batch with { Step = step });
            return (loss.Total.item<float>() * 256 - loss.Parts["reconstruction"].item<float>()) / loss.Parts["kl"].item<float>();
        }).ToArray();
        Assert.All(weights.Zip([0.5, 1, 2, 2, 2]), pair => Assert.Equal(pair.Second, pair.First, 0.02));
    }

    [Fact]
    public void Options_that_cannot_be_used_are_refused_by_name()
    {
        var odd = Assert.Throws<InvalidOptionException>(() => Vae.Create(Small, new DataSpec(new ImageShape(1, 30, 30), 0)));
        Assert.Equal("resolution", odd.Option);
        Assert.Contains("30x30", odd.Message, StringComparison.Ordinal);
        var unknown = Assert.Throws<InvalidOptionException>(() => Vae.Create(Small with { Likelihood = "gauss" }, new DataSpec(new ImageShape(1, 28, 28), 0)));
        Assert.Equal("likelihood", unknown.Option);
    }

    private static Owned Build(VaeOptions options, ImageShape shape)
    {
        random.manual_seed(1);
        return new Owned(Vae.Create(options, new DataSpec(shape, 0)));
    }

    /// <summary>Random 8-bit images in the model's encoding.</summary>
    private static Batch Images(Vae model, int count, int channels, int size)
    {
        var pixels = new ImageNoise(9, 0, count, CPU).Uniform(0, channels, size, size).mul_(256).floor_();
        return new Batch(model.Encoding == PixelEncoding.Binary ? pixels.gt(127).to(ScalarType.Float32) : pixels.div_(127.5).sub_(1), null);
    }

    private static Loss Step(Vae model, Batch batch)
    {
        model.Network.zero_grad();
        var loss = model.Stages[0].Objectives[0].Evaluate(batch);
        loss.Total.backward();
        return loss;
    }

    private static double Train(Vae model, Batch batch, int steps)
    {
        random.manual_seed(2);
        using var adam = optim.Adam(model.Network.parameters(), 3e-3);
        var last = 0.0;
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            last = Step(model, batch).Total.item<float>();
            adam.step();
        }
        return last;
    }

    /// <summary>A model whose weights go with it, made outside any scope's reach.</summary>
    private sealed record Owned(Vae Vae) : IDisposable
    {
        public void Dispose() => Vae.Network.Dispose();
    }
}
