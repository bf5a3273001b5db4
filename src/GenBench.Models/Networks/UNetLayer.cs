using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>A residual block, with self-attention after it at the resolutions that have some.</summary>
internal sealed class UNetLayer : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ResBlock _block;
    private readonly SelfAttention? _attention;

    internal UNetLayer(int input, int output, UNetOptions options, bool attends) : base(nameof(UNetLayer))
    {
        _block = new ResBlock(input, output, options.EmbeddingWidth, options.Dropout);
        _attention = attends ? new SelfAttention(output, options.Heads) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor embedding)
    {
        var h = _block.call(x, embedding);
        return _attention is null ? h : _attention.call(h);
    }

    internal long Macs(FeatureSize size) => _block.Macs(size) + (_attention?.Macs(size) ?? 0);
}
