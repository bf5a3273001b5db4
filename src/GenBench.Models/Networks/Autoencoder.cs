using GenBench.Core;
using GenBench.Models.Variational;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>
/// The KL-regularised autoencoder of latent diffusion (Rombach et al. 2022, §3.1), convolutional, in plain residual
/// blocks: images [B, C, H, W] to a Gaussian over latents [B, Z, H/f, W/f], and back. Each halving of the resolution doubles
/// the channels.
/// </summary>
internal sealed class Autoencoder : nn.Module, IImageAutoencoder
{
    private const int Kernel = 4; // a multiple of the stride, so that transposed convolutions overlap evenly

    private readonly FeatureSize _image;
    private readonly int _levels;
    private readonly Conv2d _stem;
    private readonly ModuleList<Conv2d> _down = [];
    private readonly PlainResBlock _encoderBlock;
    private readonly Conv2d _moments;
    private readonly Conv2d _expand;
    private readonly PlainResBlock _decoderBlock;
    private readonly ModuleList<ConvTranspose2d> _up = [];
    private readonly Conv2d _output;

    /// <param name="shape">Shape of the images; the factor divides height and width.</param>
    /// <param name="factor">f, a power of two: by how much height and width shrink.</param>
    /// <param name="channels">Channels at the full resolution.</param>
    /// <param name="latentChannels">Z.</param>
    internal Autoencoder(ImageShape shape, int factor, int channels, int latentChannels) : base(nameof(Autoencoder))
    {
        _image = new FeatureSize(shape.Height, shape.Width);
        _levels = int.Log2(factor);
        _stem = nn.Conv2d(shape.Channels, channels, 3, padding: 1);
        for (var level = 0; level < _levels; level++)
            _down.Add(nn.Conv2d((long)channels << level, (long)channels << (level + 1), Kernel, stride: 2, padding: 1));
        var coarse = channels << _levels;
        _encoderBlock = new PlainResBlock(coarse);
        _moments = nn.Conv2d(coarse, 2L * latentChannels, 3, padding: 1);
        _expand = nn.Conv2d(latentChannels, coarse, 3, padding: 1);
        _decoderBlock = new PlainResBlock(coarse);
        for (var level = _levels - 1; level >= 0; level--)
            _up.Add(nn.ConvTranspose2d((long)channels << (level + 1), (long)channels << level, Kernel, stride: 2, padding: 1));
        _output = nn.Conv2d(channels, shape.Channels, 3, padding: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public DiagonalGaussian Posterior(Tensor images)
    {
        using var scope = NewDisposeScope();
        var h = _stem.call(images);
        foreach (var layer in _down)
            h = layer.call(nn.functional.silu(h));
        var posterior = DiagonalGaussian.Of(_moments.call(nn.functional.silu(_encoderBlock.call(h))));
        return new DiagonalGaussian(posterior.Mean.MoveToOuterDisposeScope(), posterior.LogVariance.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Decode(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var h = _decoderBlock.call(_expand.call(latents));
        foreach (var layer in _up)
            h = layer.call(nn.functional.silu(h));
        return _output.call(nn.functional.silu(h)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>A transposed convolution spends a kernel per input position.</remarks>
    public long DecoderMacs()
    {
        var size = _image.DividedBy(1 << _levels);
        var macs = _expand.Macs(size) + _decoderBlock.Macs(size) + _output.Macs(_image);
        foreach (var layer in _up)
        {
            macs += layer.weight.NumberOfElements * size.Positions;
            size = new FeatureSize(2 * size.Height, 2 * size.Width);
        }
        return macs;
    }
}
