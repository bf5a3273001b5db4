using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// Coupling layer (Dinh et al. 2017, eq. 4, 5 and 9): the part x₂ that changes becomes exp(s(x₁)) ⊙ x₂ + t(x₁), where x₁ stays;
/// the log-determinant is the sum of s. Additive where there is no s (Dinh et al. 2015): x₂ + t(x₁).
/// </summary>
internal sealed class Coupling : Flow
{
    private readonly Partition _partition;
    private readonly Conditioner _network;
    private readonly nn.Module<Tensor, Tensor>? _logScale;

    /// <param name="partition">What stays and what changes.</param>
    /// <param name="network">From x₁ to t, or to ŝ and t along dimension 1.</param>
    /// <param name="logScale">From the network's ŝ to s; null for an additive coupling.</param>
    internal Coupling(Partition partition, Conditioner network, nn.Module<Tensor, Tensor>? logScale) : base(nameof(Coupling))
    {
        _partition = partition;
        _network = network;
        _logScale = logScale;
        RegisterComponents();
    }

    internal override long Macs => _network.Macs;

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (seen, changed) = _partition.Divide(x);
        var (s, t) = Parameters(_network.call(seen));
        var z = s is null ? changed + t : changed * s.exp() + t;
        var logDet = s is null ? zeros([x.shape[0]], x.dtype, x.device) : s.flatten(1).sum(1);
        return (_partition.Join(seen, z).MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z)
    {
        using var scope = NewDisposeScope();
        var (seen, changed) = _partition.Divide(z);
        var (s, t) = Parameters(_network.call(seen));
        var x = s is null ? changed - t : (changed - t) * (-s).exp();
        var logDet = s is null ? zeros([z.shape[0]], z.dtype, z.device) : -s.flatten(1).sum(1);
        return (_partition.Join(seen, x).MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    internal override Tensor Initialize(Tensor x)
    {
        _network.Initialize(_partition.Divide(x).Seen);
        return Forward(x).Z;
    }

    private (Tensor? S, Tensor T) Parameters(Tensor output)
    {
        if (_logScale is null)
            return (null, _partition.Restrict(output));
        var halves = output.chunk(2, dim: 1);
        return (_partition.Restrict(_logScale.call(halves[0])), _partition.Restrict(halves[1]));
    }
}
