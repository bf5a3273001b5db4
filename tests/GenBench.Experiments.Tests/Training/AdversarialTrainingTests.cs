using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Training;
using GenBench.Models;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

/// <summary>Two objectives against each other, through the trainer.</summary>
public sealed class AdversarialTrainingTests : TrainerFixture
{
    private static readonly DcganOptions Tiny = new() { Latent = 4, Channels = 4 };

    private static Dcgan Create(DcganOptions options)
    {
        random.manual_seed(1);
        return Dcgan.Create(options, new DataSpec(new ImageShape(1, 16, 16), 3));
    }

    private static Dictionary<string, byte[]> Parameters(nn.Module network) =>
        network.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter.bytes.ToArray());

    [Theory]
    [InlineData(0, "discriminator")]
    [InlineData(1, "generator")]
    public void An_objective_changes_its_own_network_alone(int objective, string name)
    {
        var model = Create(Tiny);
        var before = Parameters(model.Network);
        Train(new OneObjective(model, model.Stages[0].Objectives[objective]), new TrainingSpec { Steps = 3, Ema = 0 }, batches: new Images());
        foreach (var (parameter, value) in Parameters(model.Network))
            Assert.True(value.SequenceEqual(before[parameter]) != parameter.StartsWith(name, StringComparison.Ordinal), parameter);
    }

    [Fact]
    public void The_discriminator_is_stepped_as_often_as_its_loss_asks()
    {
        var draws = 0;
        Train(Create(Tiny with { Loss = "wgan-gp" }), new TrainingSpec { Steps = 2 }, batches: new Images(_ => draws++));
        Assert.Equal(2 * (5 + 1), draws);
    }

    [Fact]
    public void A_run_that_was_stopped_ends_with_the_same_bits_also_of_what_its_norms_remember()
    {
        var options = Tiny with { Loss = "hinge", SpectralNorm = true, Conditional = true };
        var spec = new TrainingSpec { Steps = 6, Ema = 0.9 };
        var undisturbed = Create(options);
        Train(undisturbed, spec, "undisturbed", new Images());
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(Create(options), spec, "stopped", new Images(number =>
        {
            if (number == 6)
                stop.Cancel();
        }), interruption: stop));
        var resumed = Create(options);
        Train(resumed, spec, "stopped", new Images());
        AssertSameState(undisturbed.Network.state_dict(), resumed.Network.state_dict());
        Assert.Contains("discriminator._down.1._spectral._u", resumed.Network.state_dict().Keys);
        Assert.Contains("generator._norms.0.running_mean", resumed.Network.state_dict().Keys);
    }

    /// <summary>Batch number n is a function of n alone.</summary>
    private sealed class Images(Action<long>? drawn = null) : IBatchSource
    {
        public Batch Draw(long number)
        {
            drawn?.Invoke(number);
            return new Batch(new ImageNoise(3, number * 8, 8, CPU).Normal(0, 1, 16, 16).tanh_(), arange(8).remainder_(3));
        }
    }

    /// <summary>A model of which but one objective is trained.</summary>
    private sealed class OneObjective(IGenerativeModel model, Objective objective) : IGenerativeModel
    {
        public nn.Module Network => model.Network;

        public IReadOnlyList<Stage> Stages { get; } = [new Stage("one", objective)];

        public PixelEncoding Encoding => model.Encoding;

        public long MacsPerEvaluation => model.MacsPerEvaluation;
    }
}
