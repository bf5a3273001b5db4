using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>Flows one after another: log-determinants add up.</summary>
internal sealed class FlowSequence : Flow
{
    private readonly ModuleList<Flow> _flows;

    /// <param name="flows">At least one.</param>
    internal FlowSequence(params IEnumerable<Flow> flows) : base(nameof(FlowSequence))
    {
        _flows = [.. flows];
        RegisterComponents();
    }

    internal override long Macs => _flows.Sum(flow => flow.Macs);

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x) => Run(x, _flows, static (flow, h) => flow.Forward(h));

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z) => Run(z, _flows.Reverse(), static (flow, h) => flow.Inverse(h));

    internal override Tensor Initialize(Tensor x) => _flows.Aggregate(x, static (h, flow) => flow.Initialize(h));

    private static (Tensor, Tensor) Run(Tensor h, IEnumerable<Flow> flows, Func<Flow, Tensor, (Tensor, Tensor)> pass)
    {
        using var scope = NewDisposeScope();
        Tensor? logDet = null;
        foreach (var flow in flows)
        {
            (h, var change) = pass(flow, h);
            logDet = logDet is null ? change : logDet + change;
        }
        return (h.MoveToOuterDisposeScope(), logDet!.MoveToOuterDisposeScope());
    }
}
