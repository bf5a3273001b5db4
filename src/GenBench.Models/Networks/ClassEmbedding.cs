using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>A learned vector for each class, labels int64 [B] → [B, width], drawn from N(0, 1) at first.</summary>
internal sealed class ClassEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight; // PyTorch's name for it

    internal ClassEmbedding(long classes, long width) : base(nameof(ClassEmbedding))
    {
        weight = nn.Parameter(randn(classes, width));
        RegisterComponents();
    }

    /// <summary>The vectors, [classes, width].</summary>
    internal Parameter Weight => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor labels) => weight.index_select(0, labels);
}
