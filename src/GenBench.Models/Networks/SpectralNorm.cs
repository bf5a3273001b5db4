using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>
/// Spectral normalisation (Miyato et al. 2018): weight [out, …] → weight / σ(W), σ the largest singular value of the weight
/// as a matrix W [out, rest], estimated by power iteration. In training every call takes one step of it (algorithm 1) from
/// where the last one ended, which a buffer keeps; in evaluation none does.
/// </summary>
internal sealed class SpectralNorm : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _u; // the left singular vector, [out]

    /// <param name="rows">Length of the weight's first axis.</param>
    internal SpectralNorm(long rows) : base(nameof(SpectralNorm))
    {
        using var drawn = randn(rows);
        _u = nn.functional.normalize(drawn, dim: 0);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var matrix = weight.flatten(1);
        var (u, v) = SingularVectors(matrix);
        // σ = uᵀWv is differentiated through W alone; the vectors are constants.
        return (weight / u.dot(matrix.mv(v))).MoveToOuterDisposeScope();
    }

    private (Tensor U, Tensor V) SingularVectors(Tensor matrix)
    {
        using var noGrad = no_grad();
        var v = nn.functional.normalize(matrix.t().mv(_u), dim: 0);
        if (!training)
            return (_u, v);
        var u = nn.functional.normalize(matrix.mv(v), dim: 0);
        _u.copy_(u); // a copy: a later call must not change what an earlier one's gradient needs
        return (u, v);
    }
}
