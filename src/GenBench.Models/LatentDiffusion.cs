using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Diffusion;
using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="LatentDiffusion"/>.</summary>
public sealed record LatentDiffusionOptions : DiffusionOptions
{
    /// <summary>The defaults; latents of 7×7 cannot be halved, so the U-Net has one level.</summary>
    public LatentDiffusionOptions() => Multipliers = [1];

    /// <summary>By how much height and width shrink from image to latent: 2 or 4.</summary>
    [AllowedValues(2, 4)]
    public int Factor { get; init; } = 4;

    /// <summary>Channels of a latent.</summary>
    [Range(1, 64)]
    public int LatentChannels { get; init; } = 4;

    /// <summary>Channels of the autoencoder at the full resolution; each halving doubles them.</summary>
    [Range(1, 512)]
    public int AutoencoderChannels { get; init; } = 16;

    /// <summary>Weight of the autoencoder's KL term against the squared error, both per image.</summary>
    [Range(0.0, 1000.0)]
    public double KlWeight { get; init; } = 1e-3;

    /// <summary>The autoencoder's share of the training budget; the denoiser gets the rest.</summary>
    [Range(0.01, 0.99)]
    public double AutoencoderShare { get; init; } = 0.25;

    /// <summary>Adam's step size for the autoencoder.</summary>
    [Range(1e-7, 1.0)]
    public double AutoencoderLearningRate { get; init; } = 1e-3;
}

/// <summary>
/// Latent diffusion (Rombach et al. 2022): a KL-regularised autoencoder, then a diffusion in its latent space, scaled to
/// unit variance. The paper's perceptual and adversarial losses need a network trained on other data and colour images of
/// some size; here the reconstruction error is squared.
/// </summary>
/// <remarks>Not sealed for its class-conditional variant alone.</remarks>
public class LatentDiffusion : IModelDefinition<LatentDiffusion, LatentDiffusionOptions>, IDenoisingModel, IReconstructingModel
{
    private readonly LatentDiffusionOptions _options;
    private readonly IImageAutoencoder _autoencoder;
    private readonly LatentDiffusionNetwork _network;
    private readonly LabelDropout? _dropout;
    private readonly DenoisingLoss _loss;

    /// <summary>Puts an autoencoder and a denoiser of its latents together.</summary>
    internal LatentDiffusion(
        LatentDiffusionOptions options, IImageAutoencoder autoencoder, LatentDiffusionNetwork network, ImageShape latents, LabelDropout? dropout = null)
    {
        _options = options;
        _autoencoder = autoencoder;
        _network = network;
        _dropout = dropout;
        LatentShape = latents;
        Schedule = NoiseSchedule.Create(options.Schedule, options.Timesteps);
        _loss = new DenoisingLoss(this, options.Predicted, options.Weighting, options.MinSnrGamma);
        Stages =
        [
            new Stage("autoencoder", new Objective("reconstruction", autoencoder.Module, ReconstructionLoss)
            {
                Optimizer = new OptimizerOptions { LearningRate = options.AutoencoderLearningRate },
            }) { Share = options.AutoencoderShare },
            new Stage("diffusion", new Objective("denoising", network.Denoiser, DiffusionLoss)
            {
                Optimizer = new OptimizerOptions { LearningRate = options.LearningRate },
            }) { Share = 1 - options.AutoencoderShare, Initialize = batch => ScaleToUnitVariance(batch.Images) },
        ];
    }

    /// <inheritdoc/>
    public static string Kind => "latent-diffusion";

    /// <inheritdoc/>
    public static string Description => "diffusion in the latents of an autoencoder (Rombach et al. 2022)";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public static LatentDiffusion Create(LatentDiffusionOptions options, DataSpec data)
    {
        if (data.IsPoints)
            throw new InvalidOptionException("factor", $"an autoencoder has nothing to shrink in points of {data.Shape.Channels} coordinates; give latent-diffusion images, or diffuse points without one");
        var (height, width) = (data.Shape.Height, data.Shape.Width);
        if (height % options.Factor != 0 || width % options.Factor != 0)
            throw new InvalidOptionException("factor", $"{options.Factor} does not divide {height}x{width}; give one of 2 and 4 that does");
        var latents = new ImageShape(options.LatentChannels, height / options.Factor, width / options.Factor);
        var autoencoder = new Autoencoder(data.Shape, options.Factor, options.AutoencoderChannels, options.LatentChannels);
        var classes = Conditioning.Classes(options.Conditional, data);
        var network = new LatentDiffusionNetwork(autoencoder, new UNet(options.UNet(latents, classes)));
        return classes > 0
            ? new ClassConditional(options, autoencoder, network, latents, classes)
            : new LatentDiffusion(options, autoencoder, network, latents);
    }

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    /// <inheritdoc/>
    public long MacsPerEvaluation => _network.Denoiser.Macs();

    /// <inheritdoc/>
    public long MacsPerDecode => _autoencoder.DecoderMacs();

    /// <inheritdoc/>
    public NoiseSchedule Schedule { get; }

    /// <inheritdoc/>
    public ImageShape LatentShape { get; }

    /// <inheritdoc/>
    public (double Low, double High)? ClipRange => null;

    /// <inheritdoc/>
    public Denoised Denoise(Tensor xt, Tensor t, Tensor? labels) => new(_options.Predicted, _network.Denoiser.call(xt, t, labels));

    /// <summary>The mean latents of images, at unit variance: [B, C, H, W] → [B, Z, H/f, W/f].</summary>
    public Tensor Encode(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (_autoencoder.Posterior(x).Mean * _network.Scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        return _autoencoder.Decode(z / _network.Scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Decode(Encode(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Squared error and weighted KL of an image, over its number of values, so that gradient norms do not grow
    /// with the image; the parts are per image.</summary>
    private Loss ReconstructionLoss(Batch batch)
    {
        using var scope = NewDisposeScope();
        var posterior = _autoencoder.Posterior(batch.Images);
        var decoded = _autoencoder.Decode(posterior.Sample(randn_like(posterior.Mean)));
        var error = (decoded - batch.Images).square().flatten(1).sum(1).mean();
        var kl = posterior.KlToStandardNormal().mean();
        var total = (error + kl * _options.KlWeight) / (batch.Images.numel() / batch.Images.shape[0]);
        return new Loss(total.MoveToOuterDisposeScope())
        {
            Parts = new Dictionary<string, Tensor>
            {
                ["squared_error"] = error.detach().MoveToOuterDisposeScope(),
                ["kl"] = kl.detach().MoveToOuterDisposeScope(),
            },
        };
    }

    private Loss DiffusionLoss(Batch batch)
    {
        using var scope = NewDisposeScope();
        return new Loss(_loss.Of(Latents(batch.Images), _dropout?.Of(batch)).Total.MoveToOuterDisposeScope());
    }

    /// <summary>Latents drawn from their posterior, at unit variance.</summary>
    private Tensor Latents(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var posterior = _autoencoder.Posterior(images);
        return (posterior.Sample(randn_like(posterior.Mean)) * _network.Scale).MoveToOuterDisposeScope();
    }

    /// <summary>One over the standard deviation of the first batch's latents, over all their components (§4.3.2, appendix G).</summary>
    private void ScaleToUnitVariance(Tensor images)
    {
        using var scope = NewDisposeScope();
        _network.Scale.fill_(1);
        _network.Scale.copy_(Latents(images).std().reciprocal());
    }

    private sealed class ClassConditional(
        LatentDiffusionOptions options, IImageAutoencoder autoencoder, LatentDiffusionNetwork network, ImageShape latents, int classes)
        : LatentDiffusion(options, autoencoder, network, latents, new LabelDropout(classes, options.LabelDropout)), IConditionalModel
    {
        public int Classes => _dropout!.Classes;
    }
}
