using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>The network of a diffusion: (x_t [B, C, H, W], t int64 [B], labels int64 [B] or null) → [B, C', H, W].</summary>
/// <remarks>Labels are 0…K−1, or K for none; no labels are none for every image. A network without classes ignores them.</remarks>
public abstract class DenoisingNetwork : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private protected DenoisingNetwork(string name) : base(name)
    {
    }

    /// <summary>Multiply-accumulates of one evaluation for one image.</summary>
    public abstract long Macs();
}
