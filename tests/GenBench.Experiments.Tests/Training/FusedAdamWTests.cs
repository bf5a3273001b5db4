using GenBench.Experiments.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class FusedAdamWTests
{
    private static readonly GenBench.Core.OptimizerOptions Options = new() { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6 };

    private static List<(string Name, Parameter Value)> Parameters()
    {
        random.manual_seed(3);
        return [("a", nn.Parameter(randn(5, 3))), ("b", nn.Parameter(randn(7))), ("c", nn.Parameter(randn(2, 2)))];
    }

    /// <summary>A loss whose gradient is large, and other in each step; <c>c</c> has none in even steps.</summary>
    private static Tensor Loss(List<(string Name, Parameter Value)> parameters, int step)
    {
        var loss = (parameters[0].Value * (step + 1)).sin().sum() + parameters[1].Value.pow(4).sum() * 3;
        return step % 2 == 0 ? loss : loss + parameters[2].Value.square().sum();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void The_fused_step_is_AdamW_and_without_decay_Adam(double weightDecay)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (Parameters(), Parameters());
        using var kernels = new TensorListKernels();
        using var fused = new FusedAdamW(kernels, ours[..2], Options with { WeightDecay = weightDecay }, clipNorm: 0);
        using var reference = weightDecay == 0
            ? (optim.Optimizer)optim.Adam(theirs[..2].Select(p => p.Value), 0.01, 0.8, 0.95, 1e-6)
            : optim.AdamW(theirs[..2].Select(p => p.Value), 0.01, 0.8, 0.95, 1e-6, weightDecay);
        for (var step = 0; step < 50; step++)
        {
            fused.ClearGradients();
            var loss = Loss(ours, step);
            loss.backward();
            fused.Step(loss, step, rate: 0.01);
            reference.zero_grad();
            Loss(theirs, step).backward();
            reference.step();
        }
        foreach (var (mine, other) in ours.Zip(theirs))
            Assert.InRange((mine.Value - other.Value).abs().max().item<float>(), 0, 1e-5);
        Assert.True((ours[0].Value - Parameters()[0].Value).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void Clipping_scales_the_gradient_to_the_norm_and_returns_what_it_was()
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (Parameters(), Parameters());
        using var kernels = new TensorListKernels();
        using var fused = new FusedAdamW(kernels, ours, Options, clipNorm: 2);
        using var reference = optim.Adam(theirs.Select(p => p.Value), 0.01, 0.8, 0.95, 1e-6);
        for (var step = 1; step < 40; step += 2)
        {
            fused.ClearGradients();
            var loss = Loss(ours, step);
            loss.backward();
            var norm = fused.Step(loss, step, rate: 0.01).item<float>();
            reference.zero_grad();
            Loss(theirs, step).backward();
            var expected = nn.utils.clip_grad_norm_(theirs.Select(p => p.Value), 2);
            Assert.Equal(expected, norm, 1e-4 * expected);
            reference.step();
        }
        foreach (var (mine, other) in ours.Zip(theirs))
            Assert.InRange((mine.Value - other.Value).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_and_a_loss_of_no_parameter_is_an_error()
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters();
        using var kernels = new TensorListKernels();
        using var fused = new FusedAdamW(kernels, parameters, Options with { WeightDecay = 0.1 }, clipNorm: 1);
        var loss = Loss(parameters, 0);
        loss.backward();
        fused.Step(loss, 0, rate: 0.01);
        Assert.Equal(0, (parameters[2].Value - Parameters()[2].Value).abs().max().item<float>());
        Assert.NotEqual(0, (parameters[1].Value - Parameters()[1].Value).abs().max().item<float>());
        fused.ClearGradients();
        Assert.Throws<InvalidOperationException>(() => { fused.Step(loss, 1, rate: 0.01); });
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void The_first_step_that_is_not_finite_is_kept_and_changes_nothing(double factor)
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters();
        using var kernels = new TensorListKernels();
        using var fused = new FusedAdamW(kernels, parameters, Options, clipNorm: 1);
        var before = Array.Empty<Tensor>();
        for (var step = 1; step <= 5; step += 2)
        {
            fused.ClearGradients();
            var loss = Loss(parameters, step) * (step == 1 ? 1 : factor);
            loss.backward();
            fused.Step(loss, step, rate: 0.01);
            if (step == 1)
            {
                Assert.Null(fused.FirstBad());
                before = [.. parameters.Select(p => p.Value.detach().clone())];
            }
        }
        Assert.Equal(3, fused.FirstBad()?.Step);
        Assert.All(parameters.Zip(before), pair => Assert.True(pair.First.Value.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void The_average_warms_up_and_then_decays_geometrically()
    {
        using var scope = NewDisposeScope();
        var parameter = nn.Parameter(zeros(3));
        using var kernels = new TensorListKernels();
        using var average = new MovingAverage(kernels, [("p", parameter)], 0.5);
        var expected = 0.0;
        for (var n = 0; n < 20; n++)
        {
            using (no_grad())
                parameter.fill_(n * n);
            average.Update(n);
            var decay = Math.Min(0.5, (1.0 + n) / (10 + n));
            expected = decay * expected + (1 - decay) * n * n;
            Assert.Equal(expected, average.State.Single().Value[0].item<float>(), 1e-4 * (1 + expected));
        }
        average.MakeLive();
        Assert.Equal(expected, parameter[0].item<float>(), 1e-4 * expected);
    }
}
