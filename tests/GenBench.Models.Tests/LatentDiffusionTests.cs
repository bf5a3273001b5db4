using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Diffusion;
using GenBench.Models.Networks;
using GenBench.Models.Variational;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class LatentDiffusionTests
{
    private static readonly LatentDiffusionOptions Tiny = new()
    {
        Channels = 8,
        Multipliers = [1],
        Blocks = 1,
        Timesteps = 20,
        Factor = 2,
        LatentChannels = 2,
        AutoencoderChannels = 4,
    };

    private static readonly DataSpec Data = new(new ImageShape(1, 8, 8), 0);

    [Theory]
    [InlineData(1, 28, 4)]
    [InlineData(1, 28, 2)]
    [InlineData(3, 32, 4)]
    [InlineData(1, 16, 4)]
    public void Latents_are_smaller_by_the_factor(int channels, int side, int factor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = LatentDiffusion.Create(new LatentDiffusionOptions { Factor = factor, Multipliers = [1] }, new DataSpec(new ImageShape(channels, side, side), 10));
        Assert.Equal(new ImageShape(4, side / factor, side / factor), model.LatentShape);
        var images = zeros(2, channels, side, side);
        var latents = model.Encode(images);
        Assert.Equal([2, 4, side / factor, side / factor], latents.shape);
        Assert.Equal(images.shape, model.Decode(latents).shape);
        Assert.Equal(images.shape, model.Reconstruct(images).shape);
    }

    [Fact]
    public void Latents_have_unit_variance_once_the_second_stage_is_initialised()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = LatentDiffusion.Create(Tiny, Data);
        Perturb(model.Network);
        var images = Images(256);
        Assert.False(Math.Abs(model.Encode(images).std().item<float>() - 1) < 0.05);
        model.Stages[1].Initialize!(new Batch(images, null));
        // The latents of the loss are drawn from their posterior; those of Encode are its mean and vary a little less.
        var network = (LatentDiffusionNetwork)model.Network;
        var posterior = ((IImageAutoencoder)network.Autoencoder).Posterior(images);
        var latents = posterior.Sample(randn_like(posterior.Mean)) * network.Scale;
        Assert.Equal(1, latents.std().item<float>(), 0.03);
    }

    [Fact]
    public void With_the_identity_for_an_autoencoder_it_is_ddpm_without_clipping()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var options = new DdpmOptions { Channels = 8, Multipliers = [1, 2], Blocks = 1, Patch = 1, Timesteps = 20 };
        var pixels = Ddpm.Create(options, Data);
        Perturb(pixels.Network);
        var unet = new UNet(options.UNet(Data.Shape));
        unet.load_state_dict(pixels.Network.state_dict());
        var identity = new IdentityAutoencoder();
        var latent = new LatentDiffusion(
            new LatentDiffusionOptions { Multipliers = [1, 2], Timesteps = 20 }, identity, new LatentDiffusionNetwork(identity.Module, unet), Data.Shape);

        var images = randn(4, 1, 8, 8);
        manual_seed(5);
        randn_like(images);   // the noise of a posterior that has no width
        var expected = Loss(pixels, stage: 0, images);
        manual_seed(5);
        Assert.Equal(expected.item<float>(), Loss(latent, stage: 1, images).item<float>());

        foreach (ISampler sampler in new ISampler[] { DdimSampler.Create(new DdimSamplerOptions { Steps = 7, Eta = 0.5 }), DdpmSampler.Create(new DdpmSamplerOptions()) })
        {
            var request = new SampleRequest(new ImageNoise(3, 0, 2, CPU));
            var (a, b) = (sampler.Sample(new Unclipped(pixels), request).Images, sampler.Sample(latent, request).Images);
            Assert.True(a.equal(b).all().item<bool>());
        }
    }

    [Fact]
    public void Each_stage_trains_its_own_network_and_leaves_the_other_alone()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = LatentDiffusion.Create(Tiny, Data);
        Perturb(model.Network);
        var network = (LatentDiffusionNetwork)model.Network;
        foreach (var (stage, trained, other) in new[] { (0, network.Autoencoder, (nn.Module)network.Denoiser), (1, network.Denoiser, network.Autoencoder) })
        {
            network.zero_grad();
            Assert.Same(trained, model.Stages[stage].Objectives[0].Trained);
            Loss(model, stage, Images(4)).backward();
            Assert.All(other.parameters(), parameter => Assert.Null(parameter.grad));
            foreach (var (name, parameter) in trained.named_parameters())
                Assert.True(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>() && parameter.grad.abs().max().item<float>() > 0, name);
        }
    }

    [Fact]
    public void The_autoencoder_learns_eight_images_by_heart()
    {
        manual_seed(0);
        var model = LatentDiffusion.Create(Tiny with { KlWeight = 1e-4 }, Data);
        using var images = Images(8);
        var errors = new List<float>();
        using var optimizer = optim.Adam(model.Stages[0].Objectives[0].Trained.parameters(), 3e-3);
        for (var step = 0; step < 300; step++)
        {
            using var scope = NewDisposeScope();
            model.Network.zero_grad();
            Loss(model, 0, images).backward();
            optimizer.step();
            errors.Add((model.Reconstruct(images) - images).square().mean().item<float>());
        }
        Assert.True(errors[^1] < 0.1 * errors[0], $"{errors[0]} to {errors[^1]}");
    }

    [Fact]
    public void Parameters_and_multiply_accumulates_are_as_counted_by_hand()
    {
        using var scope = NewDisposeScope();
        var autoencoder = new Autoencoder(new ImageShape(1, 8, 8), factor: 2, channels: 4, latentChannels: 2);
        long block = 2 * (8 * 8 * 9 + 8) + 2 * (8 + 8);
        var encoder = (4 * 9 + 4) + (4 * 8 * 16 + 8) + block + (8 * 4 * 9 + 4);
        var decoder = (2 * 8 * 9 + 8) + block + (8 * 4 * 16 + 4) + (4 * 9 + 1);
        Assert.Equal(encoder + decoder, autoencoder.parameters().Sum(parameter => parameter.numel()));
        // 4×4 positions up to the transposed convolution, 8×8 at the output.
        Assert.Equal(16 * (2 * 8 * 9 + 2 * 8 * 8 * 9 + 8 * 4 * 16) + 64 * 4 * 9, autoencoder.DecoderMacs());
    }

    [Fact]
    public void A_conditional_one_listens_to_the_class_and_can_be_guided()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = LatentDiffusion.Create(Tiny with { Conditional = true }, Data with { Classes = 3 });
        Perturb(model.Network);
        Assert.Equal(3, Assert.IsAssignableFrom<IConditionalModel>(model).Classes);
        var sampler = DdimSampler.Create(new DdimSamplerOptions { Steps = 4, Guidance = 2 });
        Samples Draw(long label) => sampler.Sample(model, new SampleRequest(new ImageNoise(0, 0, 1, CPU), tensor(new[] { label })));
        Assert.Equal(8, Draw(0).Nfe);
        Assert.False(Draw(0).Images.allclose(Draw(1).Images, 1e-3, 1e-3));
        Assert.Equal("conditional", Assert.Throws<InvalidOptionException>(() => LatentDiffusion.Create(Tiny with { Conditional = true }, Data)).Option);
    }

    [Fact]
    public void A_factor_that_does_not_divide_the_image_is_refused()
    {
        var data = new DataSpec(new ImageShape(1, 14, 14), 0);
        Assert.Equal("factor", Assert.Throws<InvalidOptionException>(() => LatentDiffusion.Create(new LatentDiffusionOptions { Factor = 4 }, data)).Option);
    }

    private static Tensor Loss(IGenerativeModel model, int stage, Tensor images) =>
        model.Stages[stage].Objectives[0].Evaluate(new Batch(images, null)).Total;

    /// <summary>A bright square on black at a place of its own.</summary>
    private static Tensor Images(int count)
    {
        var images = full([count, 1, 8, 8], -1f);
        for (var i = 0; i < count; i++)
            images[i, 0, (i % 5)..(i % 5 + 3), (i / 5 % 5)..(i / 5 % 5 + 3)] = 1;
        return images;
    }

    private static void Perturb(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in network.parameters())
            parameter.add_(randn_like(parameter) * 0.1);
    }

    /// <summary>The image is its own latent, without noise.</summary>
    private sealed class IdentityAutoencoder : IImageAutoencoder
    {
        public nn.Module Module { get; } = nn.Identity();

        public DiagonalGaussian Posterior(Tensor images) => new(images, full_like(images, double.NegativeInfinity));

        public Tensor Decode(Tensor latents) => latents.alias();

        public long DecoderMacs() => 0;
    }

    /// <summary>A pixel diffusion whose range of x₀ the samplers do not know.</summary>
    private sealed class Unclipped(Ddpm model) : IDenoisingModel
    {
        public nn.Module Network => model.Network;

        public IReadOnlyList<Stage> Stages => model.Stages;

        public PixelEncoding Encoding => model.Encoding;

        public long MacsPerEvaluation => model.MacsPerEvaluation;

        public NoiseSchedule Schedule => model.Schedule;

        public ImageShape LatentShape => model.LatentShape;

        public (double Low, double High)? ClipRange => null;

        public Denoised Denoise(Tensor xt, Tensor t, Tensor? labels) => model.Denoise(xt, t, labels);
    }
}
