using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class DiffusionSamplerTests
{
    private static readonly ImageShape Shape = new(1, 4, 4);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    public void Evaluations_are_counted_where_they_happen(int steps)
    {
        using var scope = NewDisposeScope();
        var model = new GaussianDenoiser(NoiseSchedule.Linear(25), 1, Shape);
        var reported = 0;
        var request = new SampleRequest(new ImageNoise(0, 0, 2, CPU)) { Evaluating = () => reported++ };
        var samples = Ddim(steps).Sample(model, request);
        Assert.Equal((steps, steps, steps), (samples.Nfe, reported, model.Calls));
        Assert.Equal(25, DdpmSampler.Create(new()).Sample(model, request).Nfe);
    }

    [Fact]
    public void Cancellation_stops_before_the_next_evaluation()
    {
        using var scope = NewDisposeScope();
        using var source = new CancellationTokenSource();
        var model = new GaussianDenoiser(NoiseSchedule.Linear(25), 1, Shape);
        var request = new SampleRequest(new ImageNoise(0, 0, 2, CPU)) { Cancellation = source.Token, Evaluating = () => { if (model.Calls == 2) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => Ddim(10).Sample(model, request));
        Assert.Equal(3, model.Calls);
    }

    [Fact]
    public void The_image_does_not_depend_on_the_batch_that_drew_it()
    {
        using var scope = NewDisposeScope();
        var model = new GaussianDenoiser(NoiseSchedule.Linear(25), 0.3, Shape);
        var sampler = DdimSampler.Create(new DdimSamplerOptions { Steps = 12, Eta = 1 });
        var whole = sampler.Sample(model, new SampleRequest(new ImageNoise(9, 0, 8, CPU))).Images;
        var part = sampler.Sample(model, new SampleRequest(new ImageNoise(9, 3, 2, CPU))).Images;
        Assert.True(whole[3..5].equal(part).all().item<bool>());
    }

    [Theory]
    [InlineData("small", -1)]
    [InlineData("large", 1)]
    public void A_learned_variance_at_either_end_draws_the_images_of_the_fixed_one(string variance, float output)
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.Linear(12);
        var request = new SampleRequest(new ImageNoise(1, 0, 3, CPU));
        Tensor Draw(string sampler, Tensor? learned) => DdpmSampler.Create(new DdpmSamplerOptions { Variance = sampler })
            .Sample(new ConstantDenoiser(schedule, 0.3, Shape, learned), request).Images;
        Assert.True(Draw("learned", tensor(output)).allclose(Draw(variance, null), 1e-5, 1e-6));
    }

    [Fact]
    public void A_learned_variance_is_refused_where_the_model_has_none()
    {
        var sampler = DdpmSampler.Create(new DdpmSamplerOptions { Variance = "learned" });
        var model = new ConstantDenoiser(NoiseSchedule.Linear(12), 0.3, Shape);
        Assert.Equal("variance", Assert.Throws<InvalidOptionException>(() => sampler.Check(model)).Option);
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("quadratic")]
    [InlineData("paper")]
    public void Timesteps_are_distinct_ascending_and_as_many_as_asked(string spacing)
    {
        for (var steps = 2; steps <= 100; steps++)
        {
            var times = Times(steps, spacing, 100);
            Assert.Equal(steps, times.Length);
            Assert.Equal(0, times[0]);
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            if (spacing != "paper")
                Assert.Equal(99, times[^1]);
        }
        Assert.Equal([99], Times(1, spacing, 100));
        Assert.Equal(Enumerable.Range(0, 100), Times(100, spacing, 100));
    }

    [Fact]
    public void The_spacings_are_those_of_their_formulas()
    {
        Assert.Equal([0, 111, 222, 333, 444, 555, 666, 777, 888, 999], Times(10, "uniform", 1000));
        Assert.Equal([0, 62, 249, 561, 999], Times(5, "quadratic", 1000));
        // ddim's own code: int(linspace(0, √(0.8 · 1000), 10)²)
        Assert.Equal([0, 9, 39, 88, 158, 246, 355, 483, 632, 800], Times(10, "paper", 1000));
    }

    [Fact]
    public void More_steps_than_the_model_has_are_refused_early_and_by_name()
    {
        var model = new GaussianDenoiser(NoiseSchedule.Linear(25), 1, Shape);
        ISampler sampler = Ddim(26);
        Assert.True(sampler.Fits(model));
        var error = Assert.Throws<InvalidOptionException>(() => sampler.Check(model));
        Assert.Equal("steps", error.Option);
        Assert.Contains("25", error.Reason, StringComparison.Ordinal);
        Ddim(25).Check(model);
    }

    [Fact]
    public void Sampling_leaves_no_tensor_behind_but_its_images()
    {
        var model = new GaussianDenoiser(NoiseSchedule.Linear(25), 1, Shape);
        var before = TensorCount.AfterCollection();
        var samples = DdpmSampler.Create(new()).Sample(model, new SampleRequest(new ImageNoise(0, 0, 2, CPU)));
        Assert.Equal(before + 1, Tensor.TotalCount);
        samples.Images.Dispose();
    }

    private static DdimSampler Ddim(int steps) => DdimSampler.Create(new DdimSamplerOptions { Steps = steps });

    private static int[] Times(int steps, string spacing, int timesteps) =>
        DdimSampler.Create(new DdimSamplerOptions { Steps = steps, Spacing = spacing }).Timesteps(timesteps);
}
