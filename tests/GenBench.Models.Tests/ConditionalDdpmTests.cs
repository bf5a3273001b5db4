using GenBench.Core;
using GenBench.Models;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class ConditionalDdpmTests
{
    private static readonly DdpmOptions Tiny = new() { Channels = 8, Blocks = 1, Patch = 1, Timesteps = 50, Conditional = true };
    private static readonly DataSpec Data = new(new ImageShape(1, 8, 8), 3);

    [Fact]
    public void It_is_conditional_where_its_options_say_so_and_the_data_have_labels()
    {
        Assert.Equal(3, Assert.IsAssignableFrom<IConditionalModel>(Ddpm.Create(Tiny, Data)).Classes);
        Assert.False(Ddpm.Create(Tiny with { Conditional = false }, Data) is IConditionalModel);
        var error = Assert.Throws<InvalidOptionException>(() => Ddpm.Create(Tiny, Data with { Classes = 0 }));
        Assert.Equal("conditional", error.Option);
        Assert.Contains("labels", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_costs_an_embedding_for_each_and_one_for_none()
    {
        static long Count(DdpmOptions options) => Ddpm.Create(options, Data).Network.parameters().Sum(p => p.numel());
        Assert.Equal(4 * 32, Count(Tiny) - Count(Tiny with { Conditional = false }));
        Assert.Equal(Ddpm.Create(Tiny with { Conditional = false }, Data).MacsPerEvaluation, Ddpm.Create(Tiny, Data).MacsPerEvaluation);
    }

    [Fact]
    public void An_unconditional_model_draws_timesteps_then_noise_and_nothing_for_its_labels()
    {
        using var scope = NewDisposeScope();
        var model = Ddpm.Create(Tiny with { Conditional = false }, Data);
        manual_seed(7);
        var loss = Loss(model, zeros(64, 1, 8, 8), Labels(64));
        manual_seed(7);
        randint(0, 50, [64], ScalarType.Int64);
        // The untrained network predicts 0.
        Assert.Equal(randn(64, 1, 8, 8).square().mean().item<float>(), loss.item<float>());
    }

    [Fact]
    public void Gradients_reach_the_embedding_of_every_class_and_of_none()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Perturbed(Tiny with { LabelDropout = 0.5 });
        Loss(model, randn(24, 1, 8, 8), Labels(24)).backward();
        foreach (var (name, parameter) in model.Network.named_parameters())
            Assert.True(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>() && parameter.grad.abs().max().item<float>() > 0, name);
        var embedding = model.Network.named_parameters().Single(parameter => parameter.name == "_classes.weight").parameter;
        Assert.Equal([4, 32], embedding.shape);
        Assert.True(embedding.grad!.abs().amax([1]).min().item<float>() > 0);
    }

    [Fact]
    public void Labels_are_dropped_with_the_given_probability_and_otherwise_kept()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var labels = Labels(20_000);
        var dropped = new LabelDropout(3, 0.1).Of(new Batch(zeros(0), labels));
        var none = dropped.eq(3);
        Assert.InRange(none.to(ScalarType.Float64).mean().item<double>(), 0.1 - 5 * Math.Sqrt(0.09 / 20_000), 0.1 + 5 * Math.Sqrt(0.09 / 20_000));
        Assert.True(dropped.eq(labels).logical_or(none).all().item<bool>());
        Assert.Throws<InvalidOperationException>(() => new LabelDropout(3, 0.1).Of(new Batch(zeros(0), null)));
    }

    [Fact]
    public void No_labels_are_the_label_of_none_and_each_class_predicts_its_own()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = Perturbed(Tiny);
        var (x, t) = (randn(4, 1, 8, 8), tensor(new long[] { 0, 5, 20, 49 }));
        Tensor Predict(Tensor? labels) => model.Denoise(x, t, labels).Mean;
        Assert.True(Predict(null).equal(Predict(full(4, 3, ScalarType.Int64))).all().item<bool>());
        var predictions = Enumerable.Range(0, 4).Select(label => Predict(full(4, label, ScalarType.Int64))).ToArray();
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < i; j++)
                Assert.True((predictions[i] - predictions[j]).abs().amax([1, 2, 3]).min().item<float>() > 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_sample_depends_on_its_seed_its_index_and_its_class_alone(double guidance)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Perturbed(Tiny);
        var labels = tensor(new long[] { 0, 1, 2, 0, 1, 2 });
        var sampler = DdimSampler.Create(new DdimSamplerOptions { Steps = 5, Eta = 1, Guidance = guidance });
        Tensor Draw(int first, int count, Tensor asked) => sampler.Sample(model, new SampleRequest(new ImageNoise(5, first, count, CPU), asked[first..(first + count)])).Images;
        var whole = Draw(0, 6, labels);
        Assert.True(whole[3..5].allclose(Draw(3, 2, labels), 1e-4, 1e-5));
        Assert.True((whole - Draw(0, 6, (labels + 1).remainder(3))).abs().amax([1, 2, 3]).min().item<float>() > 1e-3);
    }

    [Fact]
    public void A_bound_that_knows_the_class_says_so()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Perturbed(Tiny);
        var request = new LikelihoodRequest(new ImageNoise(0, 0, 3, CPU)) { Timesteps = 5 };
        LikelihoodEstimate Bound(Tensor? labels) => Assert.Single(model.Likelihood(new Batch(zeros(3, 1, 8, 8), labels), request));
        Assert.Equal("VLB(5 of 49) given class", Bound(Labels(3)).Kind);
        Assert.Equal("VLB(5 of 49)", Bound(null).Kind);
        Assert.False(Bound(Labels(3)).PerImage.allclose(Bound(null).PerImage, 1e-6));
    }

    private static Tensor Labels(int count) => arange(count).remainder_(3);

    private static Tensor Loss(Ddpm model, Tensor images, Tensor labels) => model.Stages[0].Objectives[0].Evaluate(new Batch(images, labels)).Total;

    private static Ddpm Perturbed(DdpmOptions options)
    {
        var model = Ddpm.Create(options, Data);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in model.Network.parameters())
            parameter.add_(randn_like(parameter) * 0.1);
        return model;
    }
}
