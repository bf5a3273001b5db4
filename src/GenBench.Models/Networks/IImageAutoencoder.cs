using GenBench.Models.Variational;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>Images to latents and back.</summary>
internal interface IImageAutoencoder
{
    /// <summary>The parameters.</summary>
    nn.Module Module { get; }

    /// <summary>q(z|x) of images [B, C, H, W]: mean and log variance [B, Z, H/f, W/f].</summary>
    DiagonalGaussian Posterior(Tensor images);

    /// <summary>Latents [B, Z, H/f, W/f] to images [B, C, H, W].</summary>
    Tensor Decode(Tensor latents);

    /// <summary>Multiply-accumulates of decoding one image.</summary>
    long DecoderMacs();
}
