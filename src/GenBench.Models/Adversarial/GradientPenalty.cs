using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>The gradient penalty of WGAN-GP (Gulrajani et al. 2017, eq. 3), without its weight λ.</summary>
internal static class GradientPenalty
{
    private const double Tiny = 1e-12; // the root of 0 has no derivative

    /// <summary>Mean of (‖∇D(x̂)‖₂ − 1)² over x̂ = ε x + (1 − ε) x̃, a scalar that can be differentiated by the critic's weights.</summary>
    /// <param name="critic">Images [B, C, H, W] to scores [B], each a function of its own image alone.</param>
    /// <param name="real">x, [B, C, H, W].</param>
    /// <param name="fake">x̃, of the same shape.</param>
    /// <param name="epsilon">ε, [B, 1, 1, 1], uniform in [0, 1).</param>
    internal static Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor epsilon)
    {
        using var scope = NewDisposeScope();
        var between = (epsilon * real + (1 - epsilon) * fake).detach().requires_grad_();
        // The gradient of the sum of scores has every image's own gradient in its place.
        var gradients = autograd.grad([critic(between).sum()], [between], retain_graph: true, create_graph: true)[0];
        var norms = (gradients.square().flatten(1).sum(1) + Tiny).sqrt();
        return (norms - 1).square().mean().MoveToOuterDisposeScope();
    }
}
