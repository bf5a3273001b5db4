using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>Residual multi-head self-attention over the positions of a feature map, [B, C, H, W] → [B, C, H, W]; the
/// identity at the start.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly int _heads;
    private readonly GroupNorm _norm;
    private readonly Conv2d _qkv;
    private readonly Conv2d _output;

    internal SelfAttention(int channels, int heads) : base(nameof(SelfAttention))
    {
        _heads = heads;
        _norm = GroupNormalization.Create(channels);
        _qkv = nn.Conv2d(channels, 3L * channels, 1);
        _output = nn.Conv2d(channels, channels, 1).Zeroed();
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var qkv = _qkv.call(_norm.call(x)).view(batch, 3, _heads, channels / _heads, height * width).transpose(3, 4).unbind(1);
        var mixed = nn.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);   // [B, heads, HW, C/heads]
        var residual = _output.call(mixed.transpose(2, 3).reshape(batch, channels, height, width));
        return residual.add_(x).MoveToOuterDisposeScope();
    }

    /// <summary>The projections, and twice the products of all pairs of positions: q·k, and the mixture of v.</summary>
    internal long Macs(FeatureSize size) =>
        _qkv.Macs(size) + _output.Macs(size) + 2 * size.Positions * size.Positions * _output.out_channels;
}
