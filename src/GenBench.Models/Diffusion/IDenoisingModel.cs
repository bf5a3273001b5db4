using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>A model that removes the noise of a discrete diffusion; all that a diffusion sampler knows of it.</summary>
public interface IDenoisingModel : IGenerativeModel
{
    /// <summary>The forward process.</summary>
    NoiseSchedule Schedule { get; }

    /// <summary>Shape of what is diffused: the image's, or its latent's.</summary>
    ImageShape LatentShape { get; }

    /// <summary>The range of x₀ where it is known (pixels), or null (latents, reals).</summary>
    (double Low, double High)? ClipRange { get; }

    /// <summary>Whether <see cref="Denoise"/> gives a variance of its own.</summary>
    bool LearnsVariance => false;

    /// <summary>One evaluation of the network.</summary>
    /// <param name="xt">float32 [B, C, H, W].</param>
    /// <param name="t">int64 [B], 0…T−1.</param>
    /// <param name="labels">int64 [B]; null for the unconditional prediction, which a class-conditional model has as well.</param>
    Denoised Denoise(Tensor xt, Tensor t, Tensor? labels);

    /// <summary>Images in the model's encoding to what is diffused; the identity for pixels.</summary>
    Tensor Encode(Tensor x) => x;

    /// <summary>What is diffused to images in the model's encoding; the identity for pixels.</summary>
    Tensor Decode(Tensor z) => z;
}
