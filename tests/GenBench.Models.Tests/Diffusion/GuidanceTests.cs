using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class GuidanceTests
{
    private static readonly ImageShape Shape = new(1, 4, 4);
    private static readonly NoiseSchedule Schedule = NoiseSchedule.Linear(25);

    public static TheoryData<double, int> Scales => new() { { 0, 1 }, { 0.5, 2 }, { 1, 1 }, { 3, 2 } };

    [Theory]
    [MemberData(nameof(Scales))]
    public void Images_lie_on_the_line_through_both_predictions_and_evaluations_are_counted(double scale, int perStep)
    {
        using var scope = NewDisposeScope();
        var model = new ClassDenoiser(Schedule, Shape);
        var reported = 0;
        var request = new SampleRequest(new ImageNoise(0, 0, 3, CPU), tensor(new long[] { 0, 1, 3 })) { Evaluating = () => reported++ };
        foreach (var (sampler, steps) in new (DiffusionSampler, int)[] { (Ddim(7, scale), 7), (DdpmSampler.Create(new() { Guidance = scale }), 25) })
        {
            var before = model.Calls;
            var samples = sampler.Sample(model, request);
            // The last step ends at x̂₀ itself, whose values are exact in binary.
            foreach (var (label, i) in new[] { 0, 1, 3 }.Select((label, i) => (label, i)))
                Assert.True(samples.Images[i].eq(ClassDenoiser.Unconditional + scale * (ClassDenoiser.Brightness(label) - ClassDenoiser.Unconditional)).all().item<bool>());
            Assert.Equal((perStep * steps, perStep * steps), (samples.Nfe, model.Calls - before));
        }
        Assert.Equal(model.Calls, reported);
    }

    [Fact]
    public void Guiding_the_noise_is_guiding_the_image()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var t = tensor(new long[] { 0, 10, 24 });
        var (xt, given, free) = (randn(3, 1, 4, 4, ScalarType.Float64), randn(3, 1, 4, 4, ScalarType.Float64), randn(3, 1, 4, 4, ScalarType.Float64));
        Tensor X0(Tensor epsilon) => new Denoised(Prediction.Epsilon, epsilon).Resolve(xt, t, Schedule, null).X0;
        Assert.True(X0(free + (given - free) * 2.5).allclose(X0(free) + (X0(given) - X0(free)) * 2.5, 1e-9));
    }

    [Fact]
    public void Guidance_of_a_model_without_classes_is_refused_early_and_by_name()
    {
        var model = new GaussianDenoiser(Schedule, 1, Shape);
        foreach (ISampler sampler in new ISampler[] { Ddim(5, 2), Ddim(5, 0), DdpmSampler.Create(new() { Guidance = 1.5 }) })
        {
            var error = Assert.Throws<InvalidOptionException>(() => sampler.Check(model));
            Assert.Equal("guidance", error.Option);
            Assert.Contains("must be 1", error.Reason, StringComparison.Ordinal);
            sampler.Check(new ClassDenoiser(Schedule, Shape));
        }
        Ddim(5, 1).Check(model);
    }

    [Fact]
    public void Guidance_without_a_class_to_guide_to_is_no_sample()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<InvalidOperationException>(() => Ddim(5, 2).Sample(new ClassDenoiser(Schedule, Shape), new SampleRequest(new ImageNoise(0, 0, 2, CPU))));
    }

    private static DdimSampler Ddim(int steps, double guidance) => DdimSampler.Create(new DdimSamplerOptions { Steps = steps, Guidance = guidance });
}
