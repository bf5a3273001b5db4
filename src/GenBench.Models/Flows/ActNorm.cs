using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// Activation normalisation (Kingma &amp; Dhariwal 2018, §3.1 and table 1): z = exp(s) ⊙ (x + b), one s and b for each channel,
/// set on the first batch so that z has zero mean and unit variance in every channel, trained like any other weight after.
/// As in the authors' code the weight is s/3, so that Adam, whose steps do not depend on a gradient's size, moves s
/// three times as far. The identity before; a channel that is constant in the first batch keeps its scale.
/// </summary>
internal sealed class ActNorm : Flow
{
    private const double Speed = 3;

    private readonly long _positions;
    private readonly Parameter _logScale; // s/Speed
    private readonly Parameter _bias;

    /// <param name="shape">Shape of one image, [C, H, W], or of a vector, [C].</param>
    internal ActNorm(params ReadOnlySpan<long> shape) : base(nameof(ActNorm))
    {
        var perChannel = new long[shape.Length];
        perChannel.AsSpan().Fill(1);
        perChannel[0] = shape[0];
        _positions = 1;
        foreach (var length in shape[1..])
            _positions *= length;
        _logScale = new Parameter(zeros(perChannel));
        _bias = new Parameter(zeros(perChannel));
        RegisterComponents();
    }

    internal override long Macs => 0;

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var z = (x + _bias) * (_logScale * Speed).exp();
        return (z.MoveToOuterDisposeScope(), LogDet(x, _positions).MoveToOuterDisposeScope());
    }

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z)
    {
        using var scope = NewDisposeScope();
        var x = z * (_logScale * -Speed).exp() - _bias;
        return (x.MoveToOuterDisposeScope(), LogDet(z, -_positions).MoveToOuterDisposeScope());
    }

    internal override Tensor Initialize(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (mean, deviation) = ChannelMoments.Of(x);
        _logScale.copy_((deviation.log() / -Speed).view_as(_logScale));
        _bias.copy_((-mean).view_as(_bias));
        return Forward(x).Z.MoveToOuterDisposeScope();
    }

    private Tensor LogDet(Tensor x, long times) => (_logScale.sum() * (Speed * times)).expand(x.shape[0]);
}
