using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Variational;

/// <summary>Encoder and decoder of a VAE: two convolutions of stride 2 and two dense layers, and their mirror image.</summary>
internal sealed class VaeNetwork : nn.Module
{
    private const int Kernel = 4; // a multiple of the stride, so that transposed convolutions overlap evenly

    private readonly Sequential encoder;
    private readonly Sequential decoder;

    internal VaeNetwork(VaeOptions options, ImageShape shape, int outputChannels) : base(nameof(VaeNetwork))
    {
        var (low, high) = (2L * options.Channels, (long)options.Channels);
        var (height, width) = (shape.Height / 4L, shape.Width / 4L);
        encoder = nn.Sequential(
            nn.Conv2d(shape.Channels, high, Kernel, stride: 2, padding: 1), nn.SiLU(),  // [B, ch, H/2, W/2]
            nn.Conv2d(high, low, Kernel, stride: 2, padding: 1), nn.SiLU(),             // [B, 2·ch, H/4, W/4]
            nn.Flatten(),
            nn.Linear(low * height * width, options.Hidden), nn.SiLU(),
            nn.Linear(options.Hidden, 2L * options.Latent));                            // [B, 2·latent]
        decoder = nn.Sequential(
            nn.Linear(options.Latent, options.Hidden), nn.SiLU(),
            nn.Linear(options.Hidden, low * height * width), nn.SiLU(),
            nn.Unflatten(1, [low, height, width]),
            nn.ConvTranspose2d(low, high, Kernel, stride: 2, padding: 1), nn.SiLU(),    // [B, ch, H/2, W/2]
            nn.ConvTranspose2d(high, outputChannels, Kernel, stride: 2, padding: 1));   // [B, C', H, W]
        RegisterComponents();
    }

    /// <summary>From z [B, latent] to the pixels' parameters [B, C', H, W].</summary>
    internal Sequential Decoder => decoder;

    /// <summary>q(z|x) of images [B, C, H, W].</summary>
    internal DiagonalGaussian Posterior(Tensor images) => DiagonalGaussian.Of(encoder.call(images));

    /// <summary>Multiply-accumulates of decoding one z; a transposed convolution spends a kernel per input position.</summary>
    internal static long DecoderMacs(VaeOptions options, ImageShape shape, int outputChannels)
    {
        var (low, high) = (2L * options.Channels, (long)options.Channels);
        var positions = shape.Height / 4L * (shape.Width / 4L);
        return options.Latent * (long)options.Hidden + options.Hidden * low * positions
            + positions * low * high * Kernel * Kernel
            + 4 * positions * high * outputChannels * Kernel * Kernel;
    }
}
