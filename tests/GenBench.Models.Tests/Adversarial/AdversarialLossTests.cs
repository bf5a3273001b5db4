using GenBench.Core;
using GenBench.Models.Adversarial;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Adversarial;

/// <summary>Losses of the scores real 2 and −1, fake ½ and −3, against the papers' formulas.</summary>
public sealed class AdversarialLossTests
{
    private static (double Discriminator, double Generator) Losses(AdversarialLoss loss)
    {
        using var scope = NewDisposeScope();
        var (real, fake) = (tensor(new[] { 2.0, -1.0 }), tensor(new[] { 0.5, -3.0 }));
        return (loss.Discriminator(real, fake).item<double>(), loss.Generator(fake).item<double>());
    }

    [Fact]
    public void Non_saturating_is_cross_entropy_of_the_sigmoid()
    {
        static double Sigmoid(double score) => 1 / (1 + Math.Exp(-score));
        var real = -(Math.Log(Sigmoid(2)) + Math.Log(Sigmoid(-1))) / 2;
        var fake = -(Math.Log(1 - Sigmoid(0.5)) + Math.Log(1 - Sigmoid(-3))) / 2;
        var (discriminator, generator) = Losses(AdversarialLoss.NonSaturating);
        Assert.Equal(real + fake, discriminator, 1e-12);
        Assert.Equal(-(Math.Log(Sigmoid(0.5)) + Math.Log(Sigmoid(-3))) / 2, generator, 1e-12);
        Assert.Equal(2 * Math.Log(2), AdversarialLoss.NonSaturating.Discriminator(zeros(3), zeros(3)).item<float>(), 1e-6);
    }

    [Fact]
    public void Hinge_asks_for_a_margin_of_one()
    {
        // max(0, 1 − 2), max(0, 1 + 1); max(0, 1 + ½), max(0, 1 − 3)
        var (discriminator, generator) = Losses(AdversarialLoss.Hinge);
        Assert.Equal((0.0 + 2) / 2 + (1.5 + 0) / 2, discriminator, 1e-12);
        Assert.Equal(1.25, generator, 1e-12);
    }

    [Fact]
    public void Wasserstein_is_the_difference_of_the_mean_scores()
    {
        var (discriminator, generator) = Losses(AdversarialLoss.Wasserstein);
        Assert.Equal(-1.25 - 0.5, discriminator, 1e-12);
        Assert.Equal(1.25, generator, 1e-12);
    }

    [Fact]
    public void An_unknown_loss_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidOptionException>(() => AdversarialLoss.Of("wgan"));
        Assert.Equal("loss", error.Option);
        Assert.Contains("wgan-gp", error.Reason, StringComparison.Ordinal);
    }
}
