using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>A generative image model as the runner sees it. What it can do is said by the capabilities that it
/// implements besides: <see cref="IDirectSampler"/>, <see cref="ILikelihoodModel"/>, and others.</summary>
public interface IGenerativeModel
{
    /// <summary>All parameters and buffers; what is trained, averaged and saved.</summary>
    nn.Module Network { get; }

    /// <summary>The stages of training, in order.</summary>
    IReadOnlyList<Stage> Stages { get; }

    /// <summary>The pixel encoding of its input and output.</summary>
    PixelEncoding Encoding { get; }

    /// <summary>Multiply-accumulates of one network evaluation in sampling, for one image.</summary>
    long MacsPerEvaluation { get; }

    /// <summary>Multiply-accumulates spent once per sampled image besides (a decoder from latents); 0 where none.</summary>
    long MacsPerDecode => 0;
}

/// <summary>A model that the registry finds by scanning an assembly.</summary>
/// <typeparam name="TSelf">The model.</typeparam>
/// <typeparam name="TOptions">Its options: a record whose defaults work; ranges by <c>System.ComponentModel.DataAnnotations</c>.</typeparam>
public interface IModelDefinition<TSelf, TOptions> : IGenerativeModel
    where TSelf : IModelDefinition<TSelf, TOptions>
    where TOptions : class, new()
{
    /// <summary>Name in experiment files, e.g. <c>ddpm</c>.</summary>
    static abstract string Kind { get; }

    /// <summary>One line for <c>genbench list models</c>.</summary>
    static abstract string Description { get; }

    /// <summary>Raised whenever a change makes the same options train to other weights; part of the training key.</summary>
    static abstract int Version { get; }

    /// <summary>Builds the model with freshly drawn weights from torch's global generator.</summary>
    /// <exception cref="InvalidOptionException">The options do not fit each other or the data.</exception>
    static abstract TSelf Create(TOptions options, DataSpec data);
}

/// <summary>A model that samples an asked class. Where it is asked for none (null labels) its samples are of all classes.</summary>
public interface IConditionalModel : IGenerativeModel
{
    /// <summary>Number of classes K; labels are 0…K−1.</summary>
    int Classes { get; }
}

/// <summary>A model that samples in one pass (VAE, GAN, flow).</summary>
public interface IDirectSampler : IGenerativeModel
{
    /// <summary>Draws one image per index of the request's noise: float32 [B, C, H, W] in the model's encoding.</summary>
    Tensor Sample(DirectSampleRequest request);
}

/// <summary>What is asked of a direct sampler.</summary>
/// <param name="Noise">The noise of each image.</param>
/// <param name="Labels">The class of each image for an <see cref="IConditionalModel"/>, int64 [B], or null; others ignore it.</param>
public sealed record DirectSampleRequest(ImageNoise Noise, Tensor? Labels = null)
{
    /// <summary>Standard deviation of the latent prior relative to training.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Where the model ends in a distribution over pixels: draw from it (true) or give its mean (false).
    /// Ignored by models that end in pixels.</summary>
    public bool DrawPixels { get; init; }
}

/// <summary>A model that takes an image through a code and back; what the way loses bounds what its samples can be.</summary>
public interface IReconstructingModel : IGenerativeModel
{
    /// <summary>Images [B, C, H, W] in the model's encoding as they come back, of the same shape; no noise is added.</summary>
    Tensor Reconstruct(Tensor images);
}

/// <summary>A model that can say how likely an image is, exactly or by a bound.</summary>
public interface ILikelihoodModel : IGenerativeModel
{
    /// <summary>The figures of each image in the batch.</summary>
    IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request);
}

/// <summary>What is asked of a likelihood model.</summary>
/// <param name="Noise">The noise of each image.</param>
public sealed record LikelihoodRequest(ImageNoise Noise)
{
    /// <summary>K of the importance-weighted bound.</summary>
    public int ImportanceSamples { get; init; } = 128;

    /// <summary>Timesteps evaluated per image by a diffusion bound, stratified over 1…T−1; all of them when ≥ T.</summary>
    public int Timesteps { get; init; } = 1000;
}

/// <summary>One likelihood figure for each image of a batch.</summary>
/// <param name="Kind"><c>exact</c>, <c>ELBO</c>, <c>IWAE(K)</c>, <c>dequantised</c>, <c>VLB</c>, or <c>VLB(k of T)</c>; never compared across kinds without the mark.</param>
/// <param name="Unit"><c>bits/dim</c> of the 8-bit data, or <c>nats</c> for binarised data and for reals.</param>
/// <param name="PerImage">Negative log-likelihood (or the bound's), float [B]; lower is better.</param>
public sealed record LikelihoodEstimate(string Kind, string Unit, Tensor PerImage);
