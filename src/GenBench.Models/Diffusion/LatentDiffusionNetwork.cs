using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>The two networks of a latent diffusion, and the scale between them.</summary>
internal sealed class LatentDiffusionNetwork : nn.Module
{
    private readonly nn.Module _autoencoder;
    private readonly UNet _denoiser;
    private readonly Tensor _scale;

    internal LatentDiffusionNetwork(nn.Module autoencoder, UNet denoiser) : base(nameof(LatentDiffusionNetwork))
    {
        _autoencoder = autoencoder;
        _denoiser = denoiser;
        _scale = ones(1);
        RegisterComponents();
    }

    internal nn.Module Autoencoder => _autoencoder;

    internal UNet Denoiser => _denoiser;

    /// <summary>What latents are multiplied by, [1]; a buffer.</summary>
    internal Tensor Scale => get_buffer(nameof(_scale))!;
}
