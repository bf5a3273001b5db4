using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// Dequantised pixels y ∈ [−1, 1) onto the real line: z = logit(α + (1 − 2α)·(y + 1)/2) (Dinh et al. 2017, §4.1; the paper
/// prints 1 − α, its code has this symmetric form, under which a white pixel stays finite). With κ = 1 − 2α it is
/// ln(1 + κy) − ln(1 − κy), and dz/dy = 2κ/((1 + κy)(1 − κy)).
/// </summary>
/// <param name="alpha">α, above 0 and below ½.</param>
internal sealed class LogitTransform(double alpha) : Flow(nameof(LogitTransform))
{
    private readonly double _slope = 1 - 2 * alpha; // κ

    internal override long Macs => 0;

    /// <summary>A flow with this transform before it, where it sees bytes and α is above 0; else the flow alone.</summary>
    internal static Flow Before(Flow flow, double alpha, DataSpec data) =>
        alpha > 0 && data.Values == DataValues.Bytes ? new FlowSequence(new LogitTransform(alpha), flow) : flow;

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        // 1 + y and 1 − y are exact in float32, so that nothing is lost near black and white when α is small.
        var tilt = x * (2 * alpha);
        var fromBlack = (x + 1).sub_(tilt).log_();     // ln(1 + κy)
        var fromWhite = (1 - x).add_(tilt).log_();     // ln(1 − κy)
        var logDet = Math.Log(2 * _slope) * (x.NumberOfElements / x.shape[0]) - (fromBlack + fromWhite).flatten(1).sum(1);
        return ((fromBlack - fromWhite).MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z)
    {
        using var scope = NewDisposeScope();
        var x = (z * 0.5).tanh() / _slope;
        // 1 ± κy = 2σ(±z)
        var perValue = nn.functional.logsigmoid(z) + nn.functional.logsigmoid(-z) + (Math.Log(4) - Math.Log(2 * _slope));
        return (x.MoveToOuterDisposeScope(), perValue.flatten(1).sum(1).MoveToOuterDisposeScope());
    }
}
