using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="TemplateModel"/>: what an experiment file may say of it. Defaults work, and ranges are checked where the
/// file is read.</summary>
public sealed record TemplateModelOptions
{
    /// <summary>Size N of the latent vector z.</summary>
    [Range(1, 4096)]
    public int Latent { get; init; } = 8;

    /// <summary>Width of the hidden layer of encoder and decoder.</summary>
    [Range(1, 8192)]
    public int Hidden { get; init; } = 256;

    /// <summary>Learning rate of Adam.</summary>
    [Range(1e-9, 1.0)]
    public double LearningRate { get; init; } = 1e-3;
}

/// <summary>
/// Variational autoencoder with one hidden layer on either side (Kingma &amp; Welling 2014, appendix C): encoder q(z|x) = N(μ(x), diag σ²(x)),
/// prior N(0, I), decoder p(x|z) of independent Bernoulli pixels.
/// </summary>
public sealed class TemplateModel : IModelDefinition<TemplateModel, TemplateModelOptions>, IDirectSampler, ILikelihoodModel
{
    private const int LatentStream = 0, PixelStream = 1; // of the noise that an image is drawn from

    private readonly TemplateModelOptions options;
    private readonly ImageShape shape;
    private readonly TemplateModelNetwork network;

    private TemplateModel(TemplateModelOptions options, ImageShape shape, TemplateModelNetwork network)
    {
        this.options = options;
        this.shape = shape;
        this.network = network;
        Stages = [new Stage("model", new Objective("elbo", network, Evaluate) { Optimizer = new() { LearningRate = options.LearningRate } })];
    }

    /// <inheritdoc/>
    public static string Kind => "template-model";

    /// <inheritdoc/>
    public static string Description => "variational autoencoder with one hidden layer, Bernoulli pixels";

    /// <inheritdoc/>
    /// <remarks>Raise it whenever a change makes the same options train to other weights: finished cells are then trained anew.</remarks>
    public static int Version => 1;

    /// <inheritdoc/>
    public nn.Module Network => network;

    /// <inheritdoc/>
    public IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => PixelEncoding.Binary;

    /// <inheritdoc/>
    /// <remarks>Of the decoder, which is all that sampling needs.</remarks>
    public long MacsPerEvaluation => (long)options.Latent * options.Hidden + (long)options.Hidden * shape.Dimensions;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">The data are no pixels.</exception>
    public static TemplateModel Create(TemplateModelOptions options, DataSpec data)
    {
        if (data.Values != DataValues.Bytes)
            throw new InvalidOptionException("its pixels are Bernoulli, and these data are real values; give it images");
        return new TemplateModel(options, data.Shape, new TemplateModelNetwork(options, data.Shape));
    }

    /// <summary>Images from z ~ N(0, temperature²): the mean of p(x|z), or a draw from it.</summary>
    /// <inheritdoc/>
    public Tensor Sample(DirectSampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var means = network.Decode(request.Noise.Normal(LatentStream, options.Latent) * request.Temperature).sigmoid();
        var images = request.DrawPixels
            ? (request.Noise.Uniform(PixelStream, shape.Channels, shape.Height, shape.Width) < means).to(ScalarType.Float32)
            : means;
        return images.MoveToOuterDisposeScope();
    }

    /// <summary>The evidence lower bound, of one draw of z for each image.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (reconstruction, kl) = Bound(batch.Images, request.Noise.Normal(LatentStream, options.Latent));
        return [new LikelihoodEstimate("ELBO", "nats", (reconstruction + kl).MoveToOuterDisposeScope())];
    }

    /// <summary>The loss of a batch: a scalar to differentiate, and parts for the training curves.</summary>
    private Loss Evaluate(Batch batch)
    {
        using var scope = NewDisposeScope();
        var epsilon = randn(batch.Images.shape[0], options.Latent, device: batch.Images.device);
        var (reconstruction, kl) = Bound(batch.Images, epsilon);
        var total = (reconstruction + kl).mean() / shape.Dimensions; // per dimension, so that gradients do not grow with the image
        return new Loss(total.MoveToOuterDisposeScope())
        {
            Parts = new Dictionary<string, Tensor>
            {
                ["reconstruction"] = reconstruction.mean().detach().MoveToOuterDisposeScope(),
                ["kl"] = kl.mean().detach().MoveToOuterDisposeScope(),
            },
        };
    }

    /// <summary>The two terms of −ELBO (Kingma &amp; Welling 2014, eq. 10): −ln p(x|z) at z = μ + σ·ε, and KL(q(z|x) ‖ p(z)).</summary>
    /// <param name="images">[B, C, H, W] of zeros and ones.</param>
    /// <param name="epsilon">ε, [B, N].</param>
    /// <returns>Nats, [B] each.</returns>
    private (Tensor Reconstruction, Tensor Kl) Bound(Tensor images, Tensor epsilon)
    {
        var (mean, logVariance) = network.Encode(images);
        var logits = network.Decode(mean + (logVariance * 0.5).exp() * epsilon);
        var reconstruction = (nn.functional.softplus(logits) - images * logits).flatten(1).sum(1);
        var kl = (mean.pow(2) + logVariance.exp() - logVariance - 1).flatten(1).sum(1) * 0.5;
        return (reconstruction, kl);
    }
}

/// <summary>Encoder and decoder. A layer is a field, and RegisterComponents, called last, makes its weights the network's.</summary>
internal sealed class TemplateModelNetwork : nn.Module
{
    private readonly Sequential encoder;
    private readonly Sequential decoder;

    internal TemplateModelNetwork(TemplateModelOptions options, ImageShape shape) : base(nameof(TemplateModelNetwork))
    {
        encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(shape.Dimensions, options.Hidden), nn.SiLU(),
            nn.Linear(options.Hidden, 2L * options.Latent));                        // [B, 2N]
        decoder = nn.Sequential(
            nn.Linear(options.Latent, options.Hidden), nn.SiLU(),
            nn.Linear(options.Hidden, shape.Dimensions),
            nn.Unflatten(1, [shape.Channels, shape.Height, shape.Width]));          // [B, C, H, W]
        RegisterComponents();
    }

    /// <summary>μ and ln σ² of q(z|x), [B, N] each; σ is kept finite.</summary>
    internal (Tensor Mean, Tensor LogVariance) Encode(Tensor images)
    {
        var halves = encoder.call(images).chunk(2, dim: 1);
        return (halves[0], halves[1].clamp(-30, 20));
    }

    /// <summary>Logits of the pixels, [B, C, H, W], from z, [B, N].</summary>
    internal Tensor Decode(Tensor z) => decoder.call(z);
}
