using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>The network of a coupling: from the part that stays to the parameters of the other's change, along dimension 1.
/// It ends in a layer that starts at zero, so that the coupling starts without an effect of its input.</summary>
internal abstract class Conditioner(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Multiply-accumulates for one image.</summary>
    internal abstract long Macs { get; }

    /// <summary>Sets what is to be set from a first batch, without gradients.</summary>
    internal virtual void Initialize(Tensor x)
    {
    }
}

/// <summary>A single 3×3 convolution.</summary>
internal sealed class LinearConditioner : Conditioner
{
    private readonly FeatureSize _size;
    private readonly Conv2d _output;

    internal LinearConditioner(int input, int output, FeatureSize size) : base(nameof(LinearConditioner))
    {
        _size = size;
        _output = nn.Conv2d(input, output, 3, padding: 1).Zeroed();
        RegisterComponents();
    }

    internal override long Macs => _output.Macs(_size);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _output.call(input);
}
