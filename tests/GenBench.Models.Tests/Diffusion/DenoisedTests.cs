using GenBench.Models.Diffusion;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Diffusion;

public sealed class DenoisedTests
{
    private static readonly NoiseSchedule Schedule = NoiseSchedule.Linear(1000);

    [Theory]
    [InlineData(Prediction.Epsilon)]
    [InlineData(Prediction.X0)]
    [InlineData(Prediction.V)]
    public void A_perfect_prediction_of_any_kind_gives_back_image_and_noise(Prediction kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var t = tensor(new long[] { 0, 300, 999 });
        var x0 = rand(3, 2, 4, 4, ScalarType.Float64) * 2 - 1;
        var epsilon = randn(3, 2, 4, 4, ScalarType.Float64);
        var xt = Schedule.Diffuse(x0, t, epsilon);
        var signal = NoiseSchedule.At(Schedule.AlphasCumprod, t, ScalarType.Float64);
        var mean = kind switch
        {
            Prediction.Epsilon => epsilon,
            Prediction.X0 => x0,
            _ => signal.sqrt() * epsilon - (1 - signal).sqrt() * x0,
        };
        foreach (var clip in new (double, double)?[] { null, (-1, 1) })
        {
            var (foundX0, foundEpsilon) = new Denoised(kind, mean).Resolve(xt, t, Schedule, clip);
            Assert.True(foundX0.allclose(x0, 1e-9, 1e-9));
            Assert.True(foundEpsilon.allclose(epsilon, 1e-9, 1e-9));
        }
    }

    [Fact]
    public void Clipping_keeps_image_and_noise_consistent_with_the_input()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var t = tensor(new long[] { 500, 990 });
        var xt = randn(2, 1, 8, 8, ScalarType.Float64);
        var wrong = randn(2, 1, 8, 8, ScalarType.Float64);
        var (x0, epsilon) = new Denoised(Prediction.Epsilon, wrong).Resolve(xt, t, Schedule, (-1, 1));
        Assert.Equal(1, x0.abs().max().item<double>());
        Assert.False(epsilon.allclose(wrong));
        Assert.True(Schedule.Diffuse(x0, t, epsilon).allclose(xt, 1e-12, 1e-12));
    }
}
