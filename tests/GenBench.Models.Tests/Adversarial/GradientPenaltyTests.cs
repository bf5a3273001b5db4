using GenBench.Core;
using GenBench.Models.Adversarial;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Adversarial;

public sealed class GradientPenaltyTests
{
    private static Tensor Images(int count) => randn(count, 1, 8, 8, ScalarType.Float64);

    [Fact]
    public void A_linear_critic_is_charged_for_its_slope_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var weight = randn(64, ScalarType.Float64);
        var penalty = GradientPenalty.Of(x => x.flatten(1).matmul(weight), Images(3), Images(3), rand(3, 1, 1, 1, ScalarType.Float64));
        Assert.Equal(Math.Pow(weight.norm().item<double>() - 1, 2), penalty.item<double>(), 1e-9);
    }

    [Fact]
    public void It_is_taken_between_the_images_at_epsilon_of_the_real_one()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (real, fake) = (Images(4), Images(4));
        var epsilon = tensor(new[] { 1.0, 0.0, 0.25, 0.5 }).view(4, 1, 1, 1);
        // ½‖x‖² has the gradient x.
        var penalty = GradientPenalty.Of(x => x.flatten(1).square().sum(1) / 2, real, fake, epsilon);
        var norms = (epsilon * real + (1 - epsilon) * fake).flatten(1).norm(1);
        Assert.Equal((norms - 1).square().mean().item<double>(), penalty.item<double>(), 1e-9);
    }

    [Fact]
    public void Its_gradient_is_that_of_finite_differences()
    {
        const double h = 1e-6;
        using var scope = NewDisposeScope();
        manual_seed(2);
        var shape = new ImageShape(1, 8, 8);
        using var critic = new Discriminator(3, 2, DiscriminatorNorm.None, shape, HalvingPlan.Of(shape));
        critic.to(ScalarType.Float64);
        var (real, fake, epsilon, labels) = (Images(3), Images(3), rand(3, 1, 1, 1, ScalarType.Float64), tensor(new long[] { 0, 1, 1 }));
        Tensor Penalty() => GradientPenalty.Of(x => critic.call(x, labels), real, fake, epsilon);

        Penalty().backward();
        var parameters = critic.parameters().ToArray();
        for (var trial = 0; trial < 5; trial++)
        {
            var direction = parameters.Select(parameter => randn_like(parameter, requires_grad: false)).ToArray();
            // The scores' own bias is in no gradient of an image.
            var slope = parameters.Zip(direction, (parameter, step) => parameter.grad is { } grad ? (grad * step).sum().item<double>() : 0).Sum();
            Move(h);
            var above = Penalty().item<double>();
            Move(-2 * h);
            var below = Penalty().item<double>();
            Move(h);
            Assert.Equal(slope, (above - below) / (2 * h), Math.Abs(slope) * 1e-5 + 1e-8);

            void Move(double by)
            {
                using var noGrad = no_grad();
                foreach (var (parameter, step) in parameters.Zip(direction))
                    parameter.add_(step * by);
            }
        }
    }
}
