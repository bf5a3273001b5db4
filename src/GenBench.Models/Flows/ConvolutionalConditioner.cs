using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>The network of Glow's couplings (Kingma &amp; Dhariwal 2018): convolutions of 3×3, 1×1 and 3×3 with ReLU between. With kernels of
/// 1 for 3 it is, on the single position of a point, a perceptron.</summary>
internal sealed class ConvolutionalConditioner : Conditioner
{
    private readonly FeatureSize _size;
    private readonly WeightNormConv2d _conv1;
    private readonly WeightNormConv2d _conv2;
    private readonly Conv2d _output;

    internal ConvolutionalConditioner(int input, int channels, int output, FeatureSize size, int kernel = 3) : base(nameof(ConvolutionalConditioner))
    {
        _size = size;
        _conv1 = new WeightNormConv2d(input, channels, kernel);
        _conv2 = new WeightNormConv2d(channels, channels, 1);
        _output = nn.Conv2d(channels, output, kernel, padding: kernel / 2).Zeroed();
        RegisterComponents();
    }

    internal override long Macs => _conv1.Macs(_size) + _conv2.Macs(_size) + _output.Macs(_size);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = _conv1.call(input).relu_();
        h = _conv2.call(h).relu_();
        return _output.call(h).MoveToOuterDisposeScope();
    }

    internal override void Initialize(Tensor x)
    {
        using var scope = NewDisposeScope();
        _conv2.Initialize(_conv1.Initialize(x).relu_());
    }
}
