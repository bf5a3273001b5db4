using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>A residual block without conditioning, [B, C, H, W] → [B, C, H, W]: twice norm, SiLU and convolution, the second of
/// which starts at zero; plus x.</summary>
internal sealed class PlainResBlock : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm _norm1;
    private readonly Conv2d _conv1;
    private readonly GroupNorm _norm2;
    private readonly Conv2d _conv2;

    internal PlainResBlock(int channels) : base(nameof(PlainResBlock))
    {
        _norm1 = GroupNormalization.Create(channels);
        _conv1 = nn.Conv2d(channels, channels, 3, padding: 1);
        _norm2 = GroupNormalization.Create(channels);
        _conv2 = nn.Conv2d(channels, channels, 3, padding: 1).Zeroed();
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = _conv1.call(nn.functional.silu(_norm1.call(x)));
        h = _conv2.call(nn.functional.silu(_norm2.call(h)));
        return h.add_(x).MoveToOuterDisposeScope();
    }

    internal long Macs(FeatureSize size) => _conv1.Macs(size) + _conv2.Macs(size);
}
