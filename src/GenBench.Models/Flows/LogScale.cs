using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>s = g·tanh(ŝ) with a learned g, 1 at first (Dinh et al. 2017, §4.1).</summary>
internal sealed class TanhLogScale : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _limit;

    internal TanhLogScale() : base(nameof(TanhLogScale))
    {
        _limit = new Parameter(ones(1));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor raw)
    {
        using var scope = NewDisposeScope();
        return (raw.tanh() * _limit).MoveToOuterDisposeScope();
    }
}

/// <summary>exp(s) = σ(ŝ + 2): below 1, and near it at first (as in the code of Kingma &amp; Dhariwal 2018).</summary>
internal sealed class SigmoidLogScale() : nn.Module<Tensor, Tensor>(nameof(SigmoidLogScale))
{
    private const double Offset = 2;

    /// <inheritdoc/>
    public override Tensor forward(Tensor raw)
    {
        using var scope = NewDisposeScope();
        return nn.functional.logsigmoid(raw + Offset).MoveToOuterDisposeScope();
    }
}
