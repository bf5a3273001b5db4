using static TorchSharp.torch;

namespace GenBench.Models.Variational;

/// <summary>Lower bounds of ln p(x) from log-weights ln w_k = ln p(x, z_k) − ln q(z_k|x), z_k ~ q.</summary>
internal static class ImportanceBound
{
    /// <summary>Evidence lower bound: the mean of the log-weights over K.</summary>
    /// <param name="logWeights">float64 [B, K], nats.</param>
    /// <returns>float64 [B], nats; never above <see cref="Iwae"/> of the same weights (Jensen).</returns>
    internal static Tensor Elbo(Tensor logWeights) => logWeights.mean([1]);

    /// <summary>Importance-weighted bound, ln (1/K) Σ_k w_k (Burda et al. 2016, eq. 8); non-decreasing in K in expectation.</summary>
    /// <param name="logWeights">float64 [B, K], nats.</param>
    /// <returns>float64 [B], nats.</returns>
    internal static Tensor Iwae(Tensor logWeights) => logWeights.logsumexp(1) - Math.Log(logWeights.shape[1]);
}
