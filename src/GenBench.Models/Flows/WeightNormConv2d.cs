using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// Convolution with normalised weights w = g·v/‖v‖, one norm for each output channel (Salimans &amp; Kingma 2016, eq. 2),
/// [B, C, H, W] → [B, C', H, W]. g and the bias are set on the first batch so that every output channel has zero mean and unit
/// variance there (their §3); g is 1 before.
/// </summary>
internal sealed class WeightNormConv2d : nn.Module<Tensor, Tensor>
{
    private readonly long[] _padding;
    private readonly Parameter _direction; // v
    private readonly Parameter _gain;      // g
    private readonly Parameter _bias;

    /// <param name="input">C.</param>
    /// <param name="output">C'.</param>
    /// <param name="kernel">Side of the kernel, odd.</param>
    internal WeightNormConv2d(int input, int output, int kernel) : base(nameof(WeightNormConv2d))
    {
        _padding = [kernel / 2, kernel / 2];
        _direction = new Parameter(randn(output, input, kernel, kernel));
        _gain = new Parameter(ones(output, 1, 1, 1));
        _bias = new Parameter(zeros(output));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var weight = _direction * (_gain * _direction.square().sum([1, 2, 3], keepdim: true).rsqrt());
        return nn.functional.conv2d(input, weight, _bias, padding: _padding).MoveToOuterDisposeScope();
    }

    /// <summary>Sets g and the bias on a first batch, without gradients, and returns its output.</summary>
    internal Tensor Initialize(Tensor x)
    {
        using var scope = NewDisposeScope();
        _gain.fill_(1);
        _bias.fill_(0);
        var (mean, deviation) = ChannelMoments.Of(call(x));
        _gain.copy_((1 / deviation).view_as(_gain));
        _bias.copy_(-mean / deviation);
        return call(x).MoveToOuterDisposeScope();
    }

    /// <summary>Multiply-accumulates for one image.</summary>
    internal long Macs(FeatureSize output) => _direction.NumberOfElements * output.Positions;
}
