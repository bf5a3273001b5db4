using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// The network of RealNVP's couplings (Dinh et al. 2017, §4.1): a 3×3 convolution, residual blocks of ReLU and 3×3 convolution
/// twice, skip connections of 1×1 from the input and every block to the sum that a last 1×1 convolution reads. All but
/// the last are weight-normalised. With kernels of 1 for 3 it is, on the single position of a point, a residual perceptron.
/// </summary>
internal sealed class ResidualConditioner : Conditioner
{
    private readonly FeatureSize _size;
    private readonly WeightNormConv2d _input;
    private readonly ModuleList<WeightNormConv2d> _blocks = []; // two for each block
    private readonly ModuleList<WeightNormConv2d> _skips = [];  // of the input, then of each block
    private readonly Conv2d _output;

    internal ResidualConditioner(int input, int channels, int blocks, int output, FeatureSize size, int kernel = 3) : base(nameof(ResidualConditioner))
    {
        _size = size;
        _input = new WeightNormConv2d(input, channels, kernel);
        _skips.Add(new WeightNormConv2d(channels, channels, 1));
        for (var block = 0; block < blocks; block++)
        {
            _blocks.Add(new WeightNormConv2d(channels, channels, kernel));
            _blocks.Add(new WeightNormConv2d(channels, channels, kernel));
            _skips.Add(new WeightNormConv2d(channels, channels, 1));
        }
        _output = nn.Conv2d(channels, output, 1).Zeroed();
        RegisterComponents();
    }

    internal override long Macs =>
        _input.Macs(_size) + _blocks.Sum(layer => layer.Macs(_size)) + _skips.Sum(layer => layer.Macs(_size)) + _output.Macs(_size);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _output.call(Features(input, static (layer, h) => layer.call(h))).MoveToOuterDisposeScope();
    }

    internal override void Initialize(Tensor x)
    {
        using var scope = NewDisposeScope();
        Features(x, static (layer, h) => layer.Initialize(h));
    }

    /// <summary>What the last convolution reads, [B, channels, H, W].</summary>
    private Tensor Features(Tensor x, Func<WeightNormConv2d, Tensor, Tensor> pass)
    {
        var h = pass(_input, x);
        var sum = pass(_skips[0], h);
        for (var block = 0; 2 * block < _blocks.Count; block++)
        {
            var inner = pass(_blocks[2 * block], h.relu()).relu_();
            h = pass(_blocks[2 * block + 1], inner).add_(h);
            sum = pass(_skips[block + 1], h).add_(sum);
        }
        return sum.relu();
    }
}
