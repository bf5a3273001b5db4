using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// One scale of a multi-scale flow (Dinh et al. 2017, §3.6, eq. 13–16): after <c>first</c>, the second half of the channels
/// is final, and the first half goes through the scales that are left, <c>rest</c>, which end in a vector.
/// [B, C, H, W] → [B, D], the values of the coarser scales first.
/// </summary>
internal sealed class FactorOut : Flow
{
    private readonly Flow _first;
    private readonly Flow _rest;

    internal FactorOut(Flow first, Flow rest) : base(nameof(FactorOut))
    {
        _first = first;
        _rest = rest;
        RegisterComponents();
    }

    internal override long Macs => _first.Macs + _rest.Macs;

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (h, firstLogDet) = _first.Forward(x);
        var halves = h.chunk(2, dim: 1);
        var (z, restLogDet) = _rest.Forward(halves[0]);
        return (cat([z, halves[1].flatten(1)], dim: 1).MoveToOuterDisposeScope(), (firstLogDet + restLogDet).MoveToOuterDisposeScope());
    }

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z)
    {
        using var scope = NewDisposeScope();
        var halves = z.chunk(2, dim: 1);
        var (kept, restLogDet) = _rest.Inverse(halves[0]);
        var (x, firstLogDet) = _first.Inverse(cat([kept, halves[1].reshape(kept.shape)], dim: 1));
        return (x.MoveToOuterDisposeScope(), (firstLogDet + restLogDet).MoveToOuterDisposeScope());
    }

    internal override Tensor Initialize(Tensor x)
    {
        var halves = _first.Initialize(x).chunk(2, dim: 1);
        return cat([_rest.Initialize(halves[0]), halves[1].flatten(1)], dim: 1);
    }
}
