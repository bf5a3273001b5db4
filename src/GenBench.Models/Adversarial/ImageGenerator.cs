using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>A generator: z [B, latent] and labels int64 [B] to images [B, C, H, W]. A class, one-hot, stands beside z
/// (Mirza &amp; Osindero 2014, §3.2).</summary>
/// <param name="name">The module's name.</param>
/// <param name="classes">Number of classes, 0 for none.</param>
internal abstract class ImageGenerator(string name, int classes) : nn.Module<Tensor, Tensor?, Tensor>(name)
{
    /// <summary>Multiply-accumulates of one image.</summary>
    internal abstract long Macs();

    /// <summary>Sets what depends on the weights and is no average of them, by running some batches; nothing where there is no such thing.</summary>
    internal virtual void Recalibrate(IEnumerable<(Tensor Z, Tensor? Labels)> batches)
    {
    }

    /// <summary>What the first layer reads, [B, latent + classes].</summary>
    private protected Tensor Input(Tensor z, Tensor? labels) =>
        classes == 0 ? z : cat([z, nn.functional.one_hot(labels!, classes).to(z.dtype)], dim: 1);
}
