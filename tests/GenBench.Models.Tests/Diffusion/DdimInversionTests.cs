using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class DdimInversionTests
{
    private static readonly GaussianDenoiser Model = new(NoiseSchedule.Linear(1000), 0.5, new ImageShape(1, 4, 4));

    [Fact]
    public void An_image_comes_back_the_better_the_finer_the_steps()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var images = 1 + 0.5 * randn(8, 1, 4, 4);
        double Error(int steps)
        {
            var sampler = Ddim(steps);
            return (sampler.Decode(Model, sampler.Encode(Model, images)) - images).abs().max().item<float>();
        }
        var errors = new[] { 10, 50, 250, 1000 }.Select(Error).ToArray();
        Assert.Equal(errors.OrderDescending(), errors);
        Assert.InRange(errors[^1], 0, 0.02);
    }

    [Fact]
    public void The_code_of_the_datas_own_law_is_nearly_standard_normal()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var code = Ddim(1000).Encode(Model, 1 + 0.5 * randn(500, 1, 4, 4));
        // What is left of the image at T − 1 has a weight of √ᾱ = .006.
        Assert.Equal(0, code.mean().item<float>(), 0.05);
        Assert.Equal(1, code.std().item<float>(), 0.05);
    }

    [Fact]
    public void Decoding_the_noise_of_a_sample_gives_the_sample()
    {
        using var scope = NewDisposeScope();
        var noise = new ImageNoise(4, 0, 3, CPU);
        var drawn = Ddim(20).Sample(Model, new SampleRequest(noise)).Images;
        Assert.True(Ddim(20).Decode(Model, noise.Normal(0, 1, 4, 4)).equal(drawn).all().item<bool>());
    }

    [Fact]
    public void Interpolation_ends_in_its_ends_and_keeps_the_norm_between()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var a = randn(3, 1, 8, 8);
        var b = randn(3, 1, 8, 8);
        b *= (a.flatten(1).norm(1) / b.flatten(1).norm(1)).view(-1, 1, 1, 1);
        Assert.True(DdimSampler.Interpolate(a, b, 0).allclose(a, 1e-5, 1e-6));
        Assert.True(DdimSampler.Interpolate(a, b, 1).allclose(b, 1e-5, 1e-6));
        var middle = DdimSampler.Interpolate(a, b, 0.5);
        Assert.True(middle.flatten(1).norm(1).allclose(a.flatten(1).norm(1), 1e-4));
        Assert.True(middle.allclose(DdimSampler.Interpolate(b, a, 0.5), 1e-5, 1e-6));
    }

    [Fact]
    public void A_sampler_that_draws_noise_on_the_way_cannot_be_run_backwards()
    {
        using var scope = NewDisposeScope();
        var sampler = DdimSampler.Create(new DdimSamplerOptions { Steps = 5, Eta = 0.5 });
        Assert.Equal("eta", Assert.Throws<InvalidOptionException>(() => sampler.Encode(Model, zeros(1, 1, 4, 4))).Option);
        Assert.Equal("eta", Assert.Throws<InvalidOptionException>(() => sampler.Decode(Model, zeros(1, 1, 4, 4))).Option);
    }

    private static DdimSampler Ddim(int steps) => DdimSampler.Create(new DdimSamplerOptions { Steps = steps });
}
