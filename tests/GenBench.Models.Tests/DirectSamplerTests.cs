using GenBench.Core;
using GenBench.Models;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class DirectSamplerTests
{
    [Fact]
    public void It_fits_models_that_sample_in_one_pass_and_no_others()
    {
        var sampler = DirectSampler.Create(new DirectSamplerOptions());
        Assert.True(sampler.Fits(new OnePass()));
        Assert.False(sampler.Fits(new NoSampler()));
        Assert.Throws<ArgumentException>(() => sampler.Sample(new NoSampler(), new SampleRequest(new ImageNoise(1, 0, 1, CPU))));
    }

    [Fact]
    public void One_evaluation_is_counted_and_announced_and_the_options_reach_the_model()
    {
        using var scope = NewDisposeScope();
        var model = new OnePass();
        var labels = tensor(new long[] { 1, 2 });
        var announced = 0;
        var sampler = DirectSampler.Create(new DirectSamplerOptions { Temperature = 0.7, Observation = "draw" });
        var samples = sampler.Sample(model, new SampleRequest(new ImageNoise(1, 0, 2, CPU), labels)
        {
            Evaluating = () => { announced++; Assert.Null(model.Request); },
        });
        Assert.Equal((1, 1), (samples.Nfe, announced));
        Assert.Equal([2, 1, 4, 4], samples.Images.shape);
        Assert.Equal((0.7, true), (model.Request!.Temperature, model.Request.DrawPixels));
        Assert.Same(labels, model.Request.Labels);
    }

    [Fact]
    public void The_mean_is_the_default_observation()
    {
        using var scope = NewDisposeScope();
        var model = new OnePass();
        DirectSampler.Create(new DirectSamplerOptions()).Sample(model, new SampleRequest(new ImageNoise(1, 0, 1, CPU)));
        Assert.Equal((1.0, false), (model.Request!.Temperature, model.Request.DrawPixels));
    }

    [Fact]
    public void A_cancelled_request_evaluates_nothing()
    {
        var model = new OnePass();
        var request = new SampleRequest(new ImageNoise(1, 0, 1, CPU)) { Cancellation = new CancellationToken(canceled: true) };
        Assert.Throws<OperationCanceledException>(() => DirectSampler.Create(new DirectSamplerOptions()).Sample(model, request));
        Assert.Null(model.Request);
    }

    [Fact]
    public void An_unknown_observation_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidOptionException>(() => DirectSampler.Create(new DirectSamplerOptions { Observation = "mode" }));
        Assert.Equal("observation", error.Option);
    }

    private class NoSampler : IGenerativeModel
    {
        public nn.Module Network => throw new NotSupportedException();
        public IReadOnlyList<Stage> Stages => [];
        public PixelEncoding Encoding => PixelEncoding.Symmetric;
        public long MacsPerEvaluation => 0;
    }

    private sealed class OnePass : NoSampler, IDirectSampler
    {
        public DirectSampleRequest? Request { get; private set; }

        public Tensor Sample(DirectSampleRequest request)
        {
            Request = request;
            return zeros(request.Noise.Count, 1, 4, 4);
        }
    }
}
