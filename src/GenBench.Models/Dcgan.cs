using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Adversarial;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="Dcgan"/>.</summary>
public sealed record DcganOptions
{
    /// <summary>Length of the latent vector z.</summary>
    [Range(1, 4096)]
    public int Latent { get; init; } = 100;

    /// <summary>Channels at half the resolution, of generator and discriminator alike; each halving doubles them. On points the width of
    /// all hidden layers.</summary>
    [Range(1, 1024)]
    public int Channels { get; init; } = 64;

    /// <summary><c>non-saturating</c> (Goodfellow et al. 2014), <c>hinge</c> (Miyato et al. 2018) or <c>wgan-gp</c> (Gulrajani et al. 2017).</summary>
    [AllowedValues("non-saturating", "hinge", "wgan-gp")]
    public string Loss { get; init; } = "non-saturating";

    /// <summary>Weight λ of the gradient penalty of <c>wgan-gp</c>.</summary>
    [Range(0.0, 1e6)]
    public double GradientPenalty { get; init; } = 10;

    /// <summary>Normalise the discriminator's weights by their largest singular value, in place of batch norm (Miyato et al. 2018).</summary>
    public bool SpectralNorm { get; init; }

    /// <summary>Generate an asked class: labels one-hot beside z, and a projection discriminator (Miyato &amp; Koyama 2018).</summary>
    public bool Conditional { get; init; }

    /// <summary>Steps of the discriminator for one of the generator; null for the loss's own: 1, for <c>wgan-gp</c> 5.</summary>
    [Range(1, 100)]
    public int? DiscriminatorSteps { get; init; }

    /// <summary>Adam's step size; null for the loss's own: 2e-4, for <c>wgan-gp</c> 1e-4.</summary>
    [Range(1e-9, 1.0)]
    public double? LearningRate { get; init; }

    /// <summary>Adam's β₁; null for the loss's own: 0.5, for <c>wgan-gp</c> 0.</summary>
    [Range(0.0, 0.9999)]
    public double? Beta1 { get; init; }

    /// <summary>Adam's β₂; null for the loss's own: 0.999, for <c>wgan-gp</c> 0.9.</summary>
    [Range(0.0, 0.999999)]
    public double? Beta2 { get; init; }
}

/// <summary>
/// Deep convolutional generative adversarial network (Radford, Metz &amp; Chintala 2016): a generator and a discriminator
/// that are trained in turn, each by its own optimizer. The latent law is the paper's, uniform on [−1, 1]. On points both are
/// perceptrons of three hidden layers without batch norm, which start as torch's layers do.
/// </summary>
/// <remarks>Every step draws a batch for the generator too, of which it uses the number of images and their labels. Not
/// sealed for its class-conditional variant alone.</remarks>
public class Dcgan : IModelDefinition<Dcgan, DcganOptions>, IDirectSampler
{
    private const int LatentStream = 0, ClassStream = 1; // of the noise in sampling
    private const int StandingBatches = 16, StandingBatchSize = 128;

    private readonly DcganOptions _options;
    private readonly int _classes;
    private readonly AdversarialLoss _loss;
    private readonly DcganNetwork _network;

    private Dcgan(DcganOptions options, int classes, AdversarialLoss loss, DcganNetwork network)
    {
        _options = options;
        _classes = classes;
        _loss = loss;
        _network = network;
        var optimizer = new OptimizerOptions
        {
            LearningRate = options.LearningRate ?? loss.Optimizer.LearningRate,
            Beta1 = options.Beta1 ?? loss.Optimizer.Beta1,
            Beta2 = options.Beta2 ?? loss.Optimizer.Beta2,
        };
        Stages =
        [
            new Stage("adversarial",
                new Objective("discriminator", network.Discriminator, Discriminate) { Optimizer = optimizer, Repeats = options.DiscriminatorSteps ?? loss.DiscriminatorSteps },
                new Objective("generator", network.Generator, Generate) { Optimizer = optimizer })
            {
                Recalibrate = Recalibrate,
            },
        ];
    }

    /// <inheritdoc/>
    public static string Kind => "dcgan";

    /// <inheritdoc/>
    public static string Description => "generative adversarial network, convolutional (Radford et al. 2016); also with hinge, WGAN-GP, spectral norm; perceptrons on points";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    /// <inheritdoc/>
    public long MacsPerEvaluation => _network.Generator.Macs();

    /// <inheritdoc/>
    public static Dcgan Create(DcganOptions options, DataSpec data)
    {
        var classes = Conditioning.Classes(options.Conditional, data);
        var loss = AdversarialLoss.Of(options.Loss);
        var norm = options.SpectralNorm ? DiscriminatorNorm.Spectral : loss.Penalised || data.IsPoints ? DiscriminatorNorm.None : DiscriminatorNorm.Batch;
        var network = new DcganNetwork(options, data, classes, norm);
        return classes > 0 ? new ClassConditional(options, classes, loss, network) : new Dcgan(options, classes, loss, network);
    }

    /// <summary>Images from z uniform on ±temperature. A class-conditional model that is asked for no class draws one for each image.</summary>
    public Tensor Sample(DirectSampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var z = Latent(request.Noise.Uniform(LatentStream, _options.Latent)) * request.Temperature;
        var labels = _classes == 0 ? null : request.Labels ?? (request.Noise.Uniform(ClassStream) * _classes).to(ScalarType.Int64);
        return _network.Generator.call(z, labels).MoveToOuterDisposeScope();
    }

    /// <summary>Averaged weights never saw a batch: their norms' statistics are measured on latent vectors that are always the same.</summary>
    private void Recalibrate()
    {
        using var scope = NewDisposeScope();
        var device = _network.Generator.parameters().First().device;
        _network.Generator.Recalibrate(Enumerable.Range(0, StandingBatches).Select(batch =>
        {
            var noise = new ImageNoise(Seeds.OfName("standing statistics"), (long)batch * StandingBatchSize, StandingBatchSize, device);
            var labels = _classes == 0 ? null : arange(StandingBatchSize, device: device).remainder_(_classes);
            return (Latent(noise.Uniform(LatentStream, _options.Latent)), labels);
        }));
    }

    /// <summary>From uniform on [0, 1) to the latent law.</summary>
    private static Tensor Latent(Tensor uniform) => uniform * 2 - 1;

    private Loss Discriminate(Batch batch)
    {
        using var scope = NewDisposeScope();
        var labels = Labels(batch);
        var fakes = Fakes(batch, labels, differentiable: false);
        var (real, fake) = (_network.Discriminator.call(batch.Images, labels), _network.Discriminator.call(fakes, labels));
        var total = _loss.Discriminator(real, fake);
        var parts = new Dictionary<string, Tensor> { ["real"] = Mean(real), ["fake"] = Mean(fake) };
        if (_loss.Penalised)
        {
            var epsilon = rand(fakes.shape[0], 1, 1, 1, device: fakes.device);
            var penalty = GradientPenalty.Of(images => _network.Discriminator.call(images, labels), batch.Images, fakes, epsilon);
            total = total + penalty * _options.GradientPenalty;
            parts["penalty"] = penalty.detach().MoveToOuterDisposeScope();
        }
        return new Loss(total.MoveToOuterDisposeScope()) { Parts = parts };

        static Tensor Mean(Tensor scores) => scores.detach().mean().MoveToOuterDisposeScope();
    }

    private Loss Generate(Batch batch)
    {
        using var scope = NewDisposeScope();
        var labels = Labels(batch);
        var scores = _network.Discriminator.call(Fakes(batch, labels, differentiable: true), labels);
        return new Loss(_loss.Generator(scores).MoveToOuterDisposeScope());
    }

    /// <summary>Generated images, as many as the batch has and of its classes.</summary>
    private Tensor Fakes(Batch batch, Tensor? labels, bool differentiable)
    {
        using var gradients = set_grad_enabled(differentiable);
        return _network.Generator.call(Latent(rand(batch.Images.shape[0], _options.Latent, device: batch.Images.device)), labels);
    }

    private Tensor? Labels(Batch batch) => _classes == 0 ? null : Conditioning.Labels(batch);

    private sealed class ClassConditional(DcganOptions options, int classes, AdversarialLoss loss, DcganNetwork network)
        : Dcgan(options, classes, loss, network), IConditionalModel
    {
        public int Classes => _classes;
    }
}
