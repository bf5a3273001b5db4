using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>
/// Updates of whole lists of tensors in a few kernels, through TorchScript: TorchSharp's own optimizers walk the
/// parameters one by one, ten times slower.
/// </summary>
internal sealed class TensorListKernels : IDisposable
{
    // Nothing here waits for the device. Clipping is the fused kernel's gradient scale; an update whose loss or
    // gradient is not finite is skipped by its found_inf, and the first such step is kept in first_bad.
    private const string Script = """
        def adamw(parameters: List[Tensor], gradients: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor],
                  step: Tensor, first_bad: Tensor, loss: Tensor, at: int, lr: float, beta1: float, beta2: float, eps: float,
                  weight_decay: float, clip_norm: float) -> Tensor:
            norm = torch.norm(torch.stack(torch._foreach_norm(gradients, 2)), 2)
            seen = torch.stack([torch.full_like(first_bad[0], at), loss.detach().reshape([]).to(first_bad.dtype), norm.to(first_bad.dtype)])
            bad = torch.logical_not(torch.isfinite(seen).all())
            first_bad.copy_(torch.where(torch.logical_and(bad, first_bad[0] < 0), seen, first_bad))
            scale = torch.ones_like(norm)
            if clip_norm > 0:
                scale = torch.clamp(norm / clip_norm, min=1.0)
            step.add_(1)
            torch._fused_adamw_(parameters, gradients, exp_avgs, exp_avg_sqs, exp_avgs[:0], [step] * len(parameters),
                                lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
                                amsgrad=False, maximize=False, grad_scale=scale, found_inf=bad.to(norm.dtype))
            return norm

        def lerp(averages: List[Tensor], values: List[Tensor], weight: float):
            torch._foreach_lerp_(averages, values, weight)

        """;

    private readonly jit.CompilationUnit _unit = jit.compile(Script);

    /// <summary>One step of Adam with decoupled weight decay; returns the gradients' global norm before clipping.</summary>
    /// <remarks>The scalars are <see cref="Scalar"/>s that the caller holds: TorchSharp keeps no reference to one it
    /// makes of a double itself, and a garbage collection could free it before the call.</remarks>
    public Tensor AdamW(
        Tensor[] parameters, Tensor[] gradients, Tensor[] expAvgs, Tensor[] expAvgSqs, Tensor step, Tensor firstBad, Tensor loss,
        Scalar at, Scalar rate, AdamWScalars fixedScalars) => (Tensor)_unit.invoke(
            "adamw", parameters, gradients, expAvgs, expAvgSqs, step, firstBad, loss, at, rate,
            fixedScalars.Beta1, fixedScalars.Beta2, fixedScalars.Epsilon, fixedScalars.WeightDecay, fixedScalars.ClipNorm);

    /// <summary>averages += weight·(values − averages).</summary>
    public void Lerp(Tensor[] averages, Tensor[] values, double weight)
    {
        using Scalar scalar = weight;
        _unit.invoke("lerp", averages, values, scalar);
    }

    public void Dispose() => _unit.Dispose();
}

/// <summary>What stays the same in every step of an optimizer.</summary>
internal sealed record AdamWScalars(Scalar Beta1, Scalar Beta2, Scalar Epsilon, Scalar WeightDecay, Scalar ClipNorm) : IDisposable
{
    public void Dispose()
    {
        foreach (var scalar in new[] { Beta1, Beta2, Epsilon, WeightDecay, ClipNorm })
            scalar.Dispose();
    }
}
