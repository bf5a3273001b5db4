using GenBench.Core;
using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class DenoisingLossTests
{
    private static readonly NoiseSchedule Schedule = NoiseSchedule.Cosine(1000);

    public static TheoryData<Prediction> Predictions => [.. Enum.GetValues<Prediction>()];

    [Theory]
    [MemberData(nameof(Predictions))]
    public void A_weighting_weighs_the_error_of_the_image_alike_whatever_is_predicted(Prediction kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var t = tensor(new long[] { 0, 10, 200, 700, 999 });
        var (x0, epsilon, guess) = (Images(5), Images(5), Images(5));
        var xt = Schedule.Diffuse(x0, t, epsilon);
        // What a network that believes in the guess says: the target, had the image been the guess.
        var implied = (xt - At(Schedule.SqrtAlphasCumprod, t) * guess) / At(Schedule.SqrtOneMinusAlphasCumprod, t);
        var said = kind.Target(guess, implied, t, Schedule);
        var error = PerImage(said - kind.Target(x0, epsilon, t, Schedule));
        var ofImage = PerImage(guess - x0);
        var snr = tensor(Schedule.AlphasCumprod).index_select(0, t) / (1 - tensor(Schedule.AlphasCumprod).index_select(0, t));
        Assert.True((error * Weights(kind, "snr", t)).allclose(ofImage * snr, 1e-9));
        Assert.True((error * Weights(kind, "min-snr", t)).allclose(ofImage * snr.clamp_max(5), 1e-9));
        Assert.True(Weights(kind, "simple", t).eq(1).all().item<bool>());
    }

    [Fact]
    public void The_loss_is_the_weighted_mean_over_the_drawn_timesteps()
    {
        using var scope = NewDisposeScope();
        var model = new ConstantDenoiser(Schedule, 0.25, new ImageShape(1, 2, 2));
        // x₀ is 1 and x̂₀ is ¼ everywhere, so that every squared error is 9/16 and the loss is that times the mean weight.
        manual_seed(7);
        var loss = new DenoisingLoss(model, Prediction.X0, "min-snr", gamma: 5).Of(ones(64, 1, 2, 2), null).Total.item<float>();
        manual_seed(7);
        var weights = Weights(Prediction.X0, "min-snr", randint(0, 1000, [64], ScalarType.Int64));
        Assert.Equal(9.0 / 16 * weights.mean().item<double>(), loss, 1e-5);
    }

    [Fact]
    public void An_unknown_weighting_is_refused() =>
        Assert.Equal("weighting", Assert.Throws<InvalidOptionException>(() => DenoisingLoss.Weights(Schedule, Prediction.V, "cosine", 5)).Option);

    private static Tensor Images(int count) => randn(count, 1, 4, 4, ScalarType.Float64);

    private static Tensor PerImage(Tensor error) => error.square().mean([1, 2, 3]);

    private static Tensor At(double[] values, Tensor t) => NoiseSchedule.At(values, t, ScalarType.Float64);

    private static Tensor Weights(Prediction kind, string weighting, Tensor t) =>
        tensor(DenoisingLoss.Weights(Schedule, kind, weighting, gamma: 5)).index_select(0, t);
}
