using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>
/// The residual block of DDPM (Ho et al. 2020, appendix B): (x [B, C, H, W], embedding [B, E]) → [B, C', H, W].
/// Norm, SiLU, convolution; the embedding is added; norm, SiLU, dropout, a convolution that starts at zero; plus x.
/// </summary>
internal sealed class ResBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm _norm1;
    private readonly Conv2d _conv1;
    private readonly Linear _embedding;
    private readonly GroupNorm _norm2;
    private readonly Dropout? _dropout;
    private readonly Conv2d _conv2;
    private readonly Conv2d? _shortcut;

    internal ResBlock(int input, int output, int embedding, double dropout) : base(nameof(ResBlock))
    {
        _norm1 = GroupNormalization.Create(input);
        _conv1 = nn.Conv2d(input, output, 3, padding: 1);
        _embedding = nn.Linear(embedding, output);
        _norm2 = GroupNormalization.Create(output);
        _dropout = dropout > 0 ? nn.Dropout(dropout) : null;
        _conv2 = nn.Conv2d(output, output, 3, padding: 1).Zeroed();
        _shortcut = input == output ? null : nn.Conv2d(input, output, 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor embedding)
    {
        using var scope = NewDisposeScope();
        var h = _conv1.call(nn.functional.silu(_norm1.call(x)));
        h = h.add_(_embedding.call(embedding).unsqueeze(-1).unsqueeze(-1));
        h = nn.functional.silu(_norm2.call(h));
        h = _conv2.call(_dropout?.call(h) ?? h);
        return h.add_(_shortcut?.call(x) ?? x).MoveToOuterDisposeScope();
    }

    internal long Macs(FeatureSize size) =>
        _conv1.Macs(size) + _embedding.Macs() + _conv2.Macs(size) + (_shortcut?.Macs(size) ?? 0);
}
