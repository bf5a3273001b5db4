using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Variational;

/// <summary>Encoder and decoder of a VAE: two convolutions of stride 2 and two dense layers, and their mirror image; or, on points,
/// two hidden layers each.</summary>
internal sealed class VaeNetwork : nn.Module
{
    private const int Kernel = 4; // a multiple of the stride, so that transposed convolutions overlap evenly

    private readonly Sequential encoder;
    private readonly Sequential decoder;

    private VaeNetwork(Sequential encoder, Sequential decoder, long decoderMacs) : base(nameof(VaeNetwork))
    {
        this.encoder = encoder;
        this.decoder = decoder;
        DecoderMacs = decoderMacs;
        RegisterComponents();
    }

    /// <summary>The network for such data.</summary>
    /// <param name="options">Its size.</param>
    /// <param name="data">The data.</param>
    /// <param name="outputChannels">Channels of the decoder's output, C'.</param>
    internal static VaeNetwork Of(VaeOptions options, DataSpec data, int outputChannels) =>
        data.IsPoints ? Perceptrons(options, data.Shape, outputChannels) : Convolutions(options, data.Shape, outputChannels);

    private static VaeNetwork Convolutions(VaeOptions options, ImageShape shape, int outputChannels)
    {
        var (low, high) = (2L * options.Channels, (long)options.Channels);
        var (height, width) = (shape.Height / 4L, shape.Width / 4L);
        var encoder = nn.Sequential(
            nn.Conv2d(shape.Channels, high, Kernel, stride: 2, padding: 1), nn.SiLU(),  // [B, ch, H/2, W/2]
            nn.Conv2d(high, low, Kernel, stride: 2, padding: 1), nn.SiLU(),             // [B, 2·ch, H/4, W/4]
            nn.Flatten(),
            nn.Linear(low * height * width, options.Hidden), nn.SiLU(),
            nn.Linear(options.Hidden, 2L * options.Latent));                            // [B, 2·latent]
        var decoder = nn.Sequential(
            nn.Linear(options.Latent, options.Hidden), nn.SiLU(),
            nn.Linear(options.Hidden, low * height * width), nn.SiLU(),
            nn.Unflatten(1, [low, height, width]),
            nn.ConvTranspose2d(low, high, Kernel, stride: 2, padding: 1), nn.SiLU(),    // [B, ch, H/2, W/2]
            nn.ConvTranspose2d(high, outputChannels, Kernel, stride: 2, padding: 1));   // [B, C', H, W]
        // A transposed convolution spends a kernel per input position.
        var macs = options.Latent * (long)options.Hidden + options.Hidden * low * height * width
            + height * width * low * high * Kernel * Kernel
            + 4 * height * width * high * outputChannels * Kernel * Kernel;
        return new VaeNetwork(encoder, decoder, macs);
    }

    private static VaeNetwork Perceptrons(VaeOptions options, ImageShape shape, int outputChannels)
    {
        long hidden = options.Hidden;
        var encoder = nn.Sequential(
            nn.Flatten(),
            nn.Linear(shape.Channels, hidden), nn.SiLU(),
            nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, 2L * options.Latent));            // [B, 2·latent]
        var decoder = nn.Sequential(
            nn.Linear(options.Latent, hidden), nn.SiLU(),
            nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, outputChannels),
            nn.Unflatten(1, [outputChannels, 1, 1]));           // [B, C', 1, 1]
        return new VaeNetwork(encoder, decoder, hidden * (options.Latent + hidden + outputChannels));
    }

    /// <summary>From z [B, latent] to the pixels' parameters [B, C', H, W].</summary>
    internal Sequential Decoder => decoder;

    /// <summary>q(z|x) of images [B, C, H, W].</summary>
    internal DiagonalGaussian Posterior(Tensor images) => DiagonalGaussian.Of(encoder.call(images));

    /// <summary>Multiply-accumulates of decoding one z.</summary>
    internal long DecoderMacs { get; }
}
