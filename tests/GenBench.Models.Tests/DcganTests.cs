using GenBench.Core;
using GenBench.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class DcganTests
{
    private static readonly DcganOptions Tiny = new() { Latent = 6, Channels = 4 };

    public static TheoryData<DcganOptions> Variants => new(
        Tiny,
        Tiny with { Loss = "hinge", SpectralNorm = true },
        Tiny with { Loss = "wgan-gp" },
        Tiny with { Conditional = true },
        Tiny with { Loss = "wgan-gp", SpectralNorm = true, Conditional = true });

    [Theory]
    [InlineData(1, 16)]
    [InlineData(1, 28)]
    [InlineData(3, 32)]
    [InlineData(3, 16)]
    public void Samples_are_images_at_every_usual_size(int channels, int side)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny, channels, side);
        Assert.Equal(PixelEncoding.Symmetric, model.Encoding);
        var images = model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 5, CPU)));
        Assert.Equal([5, channels, side, side], images.shape);
        Assert.InRange(images.abs().max().item<float>(), 0, 1);
        Assert.True((images[0] - images[1]).abs().max().item<float>() > 1e-4);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Each_objective_has_finite_gradients_that_reach_all_its_parameters_and_no_others(DcganOptions options)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(options, 3, 16);
        foreach (var objective in model.Stages[0].Objectives)
        {
            TurnGradientsOn(model, objective.Trained);
            var loss = objective.Evaluate(RandomBatch(6, 3, 16));
            loss.Total.backward();
            Assert.True(loss.Total.isfinite().item<bool>());
            Assert.All(loss.Parts.Values, part => Assert.True(part.isfinite().item<bool>()));
            var own = objective.Trained.parameters().ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
            foreach (var (name, parameter) in model.Network.named_parameters())
            {
                if (!own.Contains(parameter))
                {
                    Assert.Null(parameter.grad);
                    continue;
                }
                Assert.True(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>(), name);
                // A bias of all scores cancels between real and generated images where the loss is linear in them.
                if (name != "discriminator._output.bias")
                    Assert.True(parameter.grad!.abs().max().item<float>() > 0, name);
            }
            model.Network.zero_grad();
        }
    }

    [Theory]
    [InlineData("non-saturating", false, 28, 1, 6273 + 1088 + 131_072 + 256)]
    [InlineData("wgan-gp", false, 28, 1, 6273 + 1088 + 131_072 + 128)]
    [InlineData("hinge", true, 28, 1, 6273 + 1088 + 131_072 + 128)]
    [InlineData("non-saturating", false, 32, 3, 4097 + (3 * 64 * 16 + 64) + (131_072 + 256) + (128 * 256 * 16 + 512))]
    public void Parameters_number_as_computed_by_hand(string loss, bool spectralNorm, int side, int channels, int discriminator)
    {
        var generator = side == 28
            ? 100 * 128 * 49 + 256 + 128 * 64 * 16 + 128 + (64 * 16 + 1)
            : 100 * 256 * 16 + 512 + 256 * 128 * 16 + 256 + 128 * 64 * 16 + 128 + (64 * 3 * 16 + 3);
        var model = Create(new DcganOptions { Loss = loss, SpectralNorm = spectralNorm }, channels, side);
        Assert.Equal([discriminator, generator], model.Stages[0].Objectives.Select(objective => (int)objective.Trained.parameters().Sum(p => p.numel())));
        var conditional = Create(new DcganOptions { Loss = loss, SpectralNorm = spectralNorm, Conditional = true }, channels, side);
        var smallest = side == 28 ? 128 * 49 : 256 * 16;
        Assert.Equal(discriminator + generator + 2 * 10 * smallest, conditional.Network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData(1, 28, false, (100 * 6272) + (49 * 128 * 64 * 16) + (196 * 64 * 16))]
    [InlineData(3, 32, true, (110 * 4096) + (16 * 256 * 128 * 16) + (64 * 128 * 64 * 16) + (256 * 64 * 3 * 16))]
    public void Declared_macs_are_those_of_a_hand_count_and_of_the_layers_run(int channels, int side, bool conditional, long expected)
    {
        using var scope = NewDisposeScope();
        var model = Create(new DcganOptions { Conditional = conditional }, channels, side);
        var counted = 0L;
        foreach (var module in model.Network.modules())
        {
            if (module is Linear linear)
                linear.register_forward_hook((_, _, output) => { counted += linear.weight.numel(); return output; });
            else if (module is ConvTranspose2d convolution)
                convolution.register_forward_hook((_, input, output) => { counted += convolution.weight.numel() * input.shape[2] * input.shape[3]; return output; });
        }
        model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 1, CPU)));
        Assert.Equal(expected, counted);
        Assert.Equal(expected, model.MacsPerEvaluation);
    }

    [Fact]
    public void Weights_start_as_in_the_paper()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in Create(new DcganOptions(), 1, 28).Network.named_parameters())
        {
            if (parameter.ndim > 1)
                Assert.Equal(0.02, parameter.std().item<float>(), 0.02 * 5 / Math.Sqrt(2.0 * parameter.numel()));
            else
                Assert.True(parameter.eq(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1).all().item<bool>(), name);
        }
    }

    [Fact]
    public void Each_loss_is_trained_as_its_paper_does_unless_told_otherwise()
    {
        static (double, double, double, int) Settings(DcganOptions options)
        {
            var objectives = Create(options, 1, 16).Stages[0].Objectives;
            Assert.Equal(["discriminator", "generator"], objectives.Select(objective => objective.Name));
            Assert.Equal(objectives[0].Optimizer, objectives[1].Optimizer);
            Assert.Equal(1, objectives[1].Repeats);
            return (objectives[0].Optimizer.LearningRate, objectives[0].Optimizer.Beta1, objectives[0].Optimizer.Beta2, objectives[0].Repeats);
        }
        Assert.Equal((2e-4, 0.5, 0.999, 1), Settings(Tiny));
        Assert.Equal((2e-4, 0.5, 0.999, 1), Settings(Tiny with { Loss = "hinge" }));
        Assert.Equal((1e-4, 0, 0.9, 5), Settings(Tiny with { Loss = "wgan-gp" }));
        Assert.Equal((1e-3, 0.2, 0.8, 2), Settings(Tiny with { Loss = "wgan-gp", LearningRate = 1e-3, Beta1 = 0.2, Beta2 = 0.8, DiscriminatorSteps = 2 }));
    }

    [Fact]
    public void The_same_seed_trains_to_the_same_bits_and_another_does_not()
    {
        Tensor Trained(long seed)
        {
            manual_seed(seed);
            var model = Create(Tiny, 1, 16);
            Train(model, RandomBatch(4, 1, 16), 3);
            return nn.utils.parameters_to_vector(model.Network.parameters()).detach();
        }
        using var scope = NewDisposeScope();
        var (a, b, c) = (Trained(1), Trained(1), Trained(2));
        Assert.True(a.equal(b).all().item<bool>());
        Assert.False(a.equal(c).all().item<bool>());
    }

    [Theory]
    [InlineData("non-saturating", false)]
    [InlineData("hinge", true)]
    [InlineData("wgan-gp", false)]
    public void A_single_image_is_learned(string loss, bool spectralNorm)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(new DcganOptions { Latent = 4, Channels = 8, Loss = loss, SpectralNorm = spectralNorm, LearningRate = 2e-3, DiscriminatorSteps = 1 }, 1, 16);
        var image = full([1, 1, 16, 16], -0.9f);
        image[.., .., 3..9, 4..12] = 0.8f;
        double Error() => (model.Sample(new DirectSampleRequest(new ImageNoise(3, 0, 16, CPU))) - image).abs().mean().item<float>();
        Train(model, new Batch(image.expand(16, 1, 16, 16), null), 150);
        model.Network.eval();
        // All pixels at the image's mean would be .5 off.
        Assert.InRange(Error(), 0, 0.2);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_hundred_steps_of_each_objective_leak_no_tensor(DcganOptions options)
    {
        using var outer = NewDisposeScope();
        var model = Create(options, 1, 16);
        var batch = RandomBatch(2, 1, 16);
        Train(model, batch, 3);
        var before = TensorCount.AfterCollection();
        for (var i = 0; i < 100; i++)
        {
            using var scope = NewDisposeScope();
            Train(model, batch, 1);
            model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 2, CPU)));
        }
        model.Network.zero_grad();
        Assert.InRange(Tensor.TotalCount, 0, before);
        GC.KeepAlive(model.Network);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_state_of_one_makes_another_the_same_model(DcganOptions options)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var (a, b) = (Create(options, 1, 16), Create(options, 1, 16));
        Train(a, RandomBatch(4, 1, 16), 2);
        b.Network.load_state_dict(a.Network.state_dict());
        foreach (var model in new[] { a, b })
            model.Network.eval();
        Tensor Sample(Dcgan model) => model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 3, CPU)));
        Assert.True(Sample(a).equal(Sample(b)).all().item<bool>());
        // The discriminator too, with what its norms remember: neither has drawn anything in between.
        Tensor Score(Dcgan model)
        {
            manual_seed(5);
            return model.Stages[0].Objectives[1].Evaluate(RandomBatch(4, 1, 16)).Total;
        }
        Assert.Equal(Score(a).item<float>(), Score(b).item<float>());
        Assert.Equal(options.SpectralNorm, a.Network.state_dict().ContainsKey("discriminator._down.0._spectral._u"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sample_depends_on_its_seed_its_index_and_its_class_alone(bool asked)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny with { Conditional = true }, 1, 16);
        Train(model, RandomBatch(8, 1, 16), 10);
        model.Network.eval();
        var labels = asked ? tensor(new long[] { 0, 1, 2, 3, 4, 5 }) : null;
        Tensor Draw(int first, int count) => model.Sample(new DirectSampleRequest(new ImageNoise(5, first, count, CPU), labels?[first..(first + count)]));
        var (whole, part) = (Draw(0, 6), Draw(4, 2));
        Assert.InRange((whole[4..6] - part).abs().max().item<float>(), 0, 1e-5);
        if (asked)
        {
            var others = model.Sample(new DirectSampleRequest(new ImageNoise(5, 0, 6, CPU), labels! + 1));
            Assert.True((others - whole).abs().amax([1, 2, 3]).min().item<float>() > 1e-3);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recalibrated_norms_hold_the_statistics_of_their_own_weights(bool conditional)
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny with { Conditional = conditional }, 1, 16);
        Train(model, RandomBatch(8, 1, 16), 20);
        model.Network.eval();
        using (no_grad())
            foreach (var parameter in model.Network.parameters())
                parameter.add_(randn_like(parameter) * 0.05);
        var norm = model.Network.modules().OfType<BatchNorm2d>().First();
        float[] seen = [];
        norm.register_forward_pre_hook((_, x) => { seen = x.std([0, 2, 3]).data<float>().ToArray(); return x; });
        float Deviation()
        {
            model.Sample(new DirectSampleRequest(new ImageNoise(5, 0, 2000, CPU)));
            return seen.Zip(norm.running_var!.sqrt().data<float>().ToArray(), (actual, held) => Math.Abs(held / actual - 1)).Max();
        }
        Assert.True(Deviation() > 0.1);
        model.Stages[0].Recalibrate!();
        Assert.False(model.Network.training);
        Assert.InRange(Deviation(), 0, 0.05);
        var mean = norm.running_mean!.clone();
        model.Stages[0].Recalibrate!();
        Assert.True(mean.equal(norm.running_mean!).all().item<bool>());
    }

    [Fact]
    public void Temperature_nought_gives_one_image()
    {
        manual_seed(0);
        using var scope = NewDisposeScope();
        var model = Create(Tiny, 1, 16);
        model.Network.eval();
        var images = model.Sample(new DirectSampleRequest(new ImageNoise(5, 0, 4, CPU)) { Temperature = 0 });
        Assert.InRange((images - images[0]).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void It_is_conditional_where_its_options_say_so()
    {
        Assert.Equal(10, Assert.IsAssignableFrom<IConditionalModel>(Create(Tiny with { Conditional = true }, 1, 16)).Classes);
        Assert.False(Create(Tiny, 1, 16) is IConditionalModel);
    }

    [Fact]
    public void Options_that_cannot_be_used_are_refused_by_name()
    {
        static string Refused(DcganOptions options, int side, int classes) =>
            Assert.Throws<InvalidOptionException>(() => Dcgan.Create(options, new DataSpec(new ImageShape(1, side, side), classes))).Option;
        Assert.Equal("resolution", Refused(Tiny, 30, 10));
        Assert.Equal("loss", Refused(Tiny with { Loss = "lsgan" }, 28, 10));
        Assert.Equal("conditional", Refused(Tiny with { Conditional = true }, 28, 0));
    }

    private static Dcgan Create(DcganOptions options, int channels, int side) => Dcgan.Create(options, new DataSpec(new ImageShape(channels, side, side), 10));

    private static Batch RandomBatch(int count, int channels, int side) =>
        new(new ImageNoise(9, 0, count, CPU).Normal(0, channels, side, side).tanh_(), arange(count).remainder_(10));

    private static void TurnGradientsOn(Dcgan model, nn.Module trained)
    {
        foreach (var parameter in model.Network.parameters())
            parameter.requires_grad = false;
        foreach (var parameter in trained.parameters())
            parameter.requires_grad = true;
    }

    private static void Train(Dcgan model, Batch batch, int steps)
    {
        var objectives = model.Stages[0].Objectives;
        var optimizers = objectives.Select(objective =>
            optim.Adam(objective.Trained.parameters(), objective.Optimizer.LearningRate, objective.Optimizer.Beta1, objective.Optimizer.Beta2)).ToArray();
        model.Network.train();
        for (var step = 0; step < steps; step++)
            foreach (var (objective, optimizer) in objectives.Zip(optimizers))
            {
                using var scope = NewDisposeScope();
                TurnGradientsOn(model, objective.Trained);
                model.Network.zero_grad();
                objective.Evaluate(batch).Total.backward();
                optimizer.step();
            }
        foreach (var optimizer in optimizers)
            optimizer.Dispose();
    }
}
