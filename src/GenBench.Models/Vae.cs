using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Variational;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="Vae"/>.</summary>
public sealed record VaeOptions
{
    /// <summary>Size of the latent vector z.</summary>
    [Range(1, 4096)]
    public int Latent { get; init; } = 32;

    /// <summary>Channels at half the resolution; at a quarter there are twice as many. Not for points.</summary>
    [Range(1, 1024)]
    public int Channels { get; init; } = 32;

    /// <summary>Width of the dense layer between the convolutions and z; on points of both hidden layers.</summary>
    [Range(1, 8192)]
    public int Hidden { get; init; } = 256;

    /// <summary><c>bernoulli</c>: binarised pixels, nats. <c>logistic</c>: 8-bit pixels, bits per dimension. Reals are always normal
    /// given z, with a learned variance, in nats.</summary>
    [AllowedValues("bernoulli", "logistic")]
    public string Likelihood { get; init; } = "bernoulli";

    /// <summary>Weight of the KL term in training (Higgins et al. 2017); 1 is the evidence lower bound.</summary>
    [Range(0.0, 1000.0)]
    public double Beta { get; init; } = 1;

    /// <summary>Steps over which the weight of the KL term rises linearly to β; 0 starts at β.</summary>
    [Range(0, 100_000_000)]
    public int KlWarmup { get; init; }

    /// <summary>Learning rate of Adam.</summary>
    [Range(1e-9, 1.0)]
    public double LearningRate { get; init; } = 1e-3;
}

/// <summary>
/// Variational autoencoder (Kingma &amp; Welling 2014, "Auto-Encoding Variational Bayes"): convolutional encoder
/// q(z|x) = N(μ(x), diag σ²(x)), prior N(0, I), convolutional decoder p(x|z) with independent pixels. On points both are
/// perceptrons of two hidden layers.
/// </summary>
public sealed class Vae : IModelDefinition<Vae, VaeOptions>, IDirectSampler, ILikelihoodModel
{
    private const int LatentStream = 0, PixelStream = 1; // of the noise in sampling
    private const int DecoderRows = 1024;                // images decoded at once for a likelihood: bounds the memory

    private readonly VaeOptions options;
    private readonly ImageShape shape;
    private readonly PixelLikelihood pixels;
    private readonly VaeNetwork network;

    private Vae(VaeOptions options, ImageShape shape, PixelLikelihood pixels, VaeNetwork network)
    {
        this.options = options;
        this.shape = shape;
        this.pixels = pixels;
        this.network = network;
        Stages = [new Stage("vae", new Objective("elbo", network, Evaluate) { Optimizer = new() { LearningRate = options.LearningRate } })];
    }

    /// <inheritdoc/>
    public static string Kind => "vae";

    /// <inheritdoc/>
    public static string Description => "variational autoencoder, convolutional, with Bernoulli or discretised logistic pixels; perceptrons on points";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public nn.Module Network => network;

    /// <inheritdoc/>
    public IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => pixels.Encoding;

    /// <inheritdoc/>
    public long MacsPerEvaluation => network.DecoderMacs;

    /// <inheritdoc/>
    public static Vae Create(VaeOptions options, DataSpec data)
    {
        if (!data.IsPoints && (data.Shape.Height % 4 != 0 || data.Shape.Width % 4 != 0))
            throw new InvalidOptionException("resolution", $"must be a multiple of 4 for a VAE, not {data.Shape.Height}x{data.Shape.Width}");
        UnusedOptions.Refuse(data, options, onReals: [nameof(VaeOptions.Likelihood)], onPoints: [nameof(VaeOptions.Channels)]);
        PixelLikelihood pixels = options.Likelihood switch
        {
            _ when data.Values == DataValues.Reals => new NormalValues(),
            "bernoulli" => new BernoulliPixels(),
            "logistic" => new DiscretisedLogisticPixels(),
            _ => throw new InvalidOptionException("likelihood", $"must be \"bernoulli\" or \"logistic\", not \"{options.Likelihood}\""),
        };
        return new Vae(options, data.Shape, pixels, VaeNetwork.Of(options, data, data.Shape.Channels * pixels.ParametersPerValue));
    }

    /// <summary>Images from z ~ N(0, temperature²): the mean of p(x|z), or a draw from it.</summary>
    public Tensor Sample(DirectSampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var parameters = network.Decoder.call(request.Noise.Normal(LatentStream, options.Latent) * request.Temperature);
        var images = request.DrawPixels
            ? pixels.Draw(parameters, request.Noise.Uniform(PixelStream, shape.Channels, shape.Height, shape.Width))
            : pixels.Mean(parameters);
        return images.MoveToOuterDisposeScope();
    }

    /// <summary>The evidence lower bound and the importance-weighted bound (Burda et al. 2016), both from the same K
    /// posterior draws z_k; draw k is stream k of the noise, so the figures do not depend on how K is split.</summary>
    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var posterior = network.Posterior(batch.Images);
        var logWeights = LogWeights(batch.Images, posterior, request);
        return
        [
            new LikelihoodEstimate("ELBO", pixels.Unit, Report(ImportanceBound.Elbo(logWeights))),
            new LikelihoodEstimate($"IWAE({request.ImportanceSamples})", pixels.Unit, Report(ImportanceBound.Iwae(logWeights))),
        ];
        Tensor Report(Tensor bound) => pixels.ToUnit(-bound, shape.Dimensions).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>ln p(x|z_k) + ln p(z_k) − ln q(z_k|x), float64 [B, K].</summary>
    private Tensor LogWeights(Tensor images, DiagonalGaussian posterior, LikelihoodRequest request)
    {
        var batch = request.Noise.Count;
        var wide = new DiagonalGaussian(posterior.Mean.unsqueeze(1), posterior.LogVariance.unsqueeze(1));
        var perChunk = Math.Max(1, DecoderRows / batch);
        var chunks = new List<Tensor>();
        for (var first = 0; first < request.ImportanceSamples; first += perChunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(perChunk, request.ImportanceSamples - first);
            var epsilon = stack([.. Enumerable.Range(first, count).Select(k => request.Noise.Normal(k, options.Latent))], dim: 1);
            var z = wide.Sample(epsilon);                                             // [B, k, N]
            var parameters = network.Decoder.call(z.flatten(0, 1)).unflatten(0, batch, count); // [B, k, C', H, W]
            var logLikelihood = pixels.LogProbability(images.unsqueeze(1), parameters);
            chunks.Add((logLikelihood + wide.LogPriorMinusLogPosterior(z, epsilon)).MoveToOuterDisposeScope());
        }
        return cat(chunks, dim: 1);
    }

    /// <summary>The negative evidence lower bound (Kingma &amp; Welling 2014, eq. 7, analytic KL), per dimension so that
    /// gradient norms do not grow with the image; the parts are in nats per image.</summary>
    private Loss Evaluate(Batch batch)
    {
        using var scope = NewDisposeScope();
        var posterior = network.Posterior(batch.Images);
        var z = posterior.Sample(randn_like(posterior.Mean));
        var reconstruction = -pixels.LogProbability(batch.Images, network.Decoder.call(z)).mean();
        var kl = posterior.KlToStandardNormal().mean();
        var total = (reconstruction + kl * KlWeight(batch.Step)) / shape.Dimensions;
        return new Loss(total.MoveToOuterDisposeScope())
        {
            Parts = new Dictionary<string, Tensor>
            {
                ["reconstruction"] = reconstruction.detach().MoveToOuterDisposeScope(),
                ["kl"] = kl.detach().MoveToOuterDisposeScope(),
            },
        };
    }

    private double KlWeight(long step) => options.Beta * (step < options.KlWarmup ? (step + 1.0) / options.KlWarmup : 1);
}
