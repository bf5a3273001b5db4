using System.ComponentModel.DataAnnotations;
using GenBench.Core;

namespace GenBench.Models;

/// <summary>Options of <see cref="DirectSampler"/>.</summary>
public sealed record DirectSamplerOptions
{
    /// <summary>Standard deviation of the latent prior relative to training.</summary>
    [Range(0.0, 10.0)]
    public double Temperature { get; init; } = 1;

    /// <summary>Where the model ends in a distribution over pixels: its <c>mean</c>, or a <c>draw</c> from it.</summary>
    [AllowedValues("mean", "draw")]
    public string Observation { get; init; } = "mean";
}

/// <summary>Draws from models that sample in one pass (VAE, GAN, flow).</summary>
public sealed class DirectSampler : ISamplerDefinition<DirectSampler, DirectSamplerOptions>
{
    private readonly DirectSamplerOptions options;

    private DirectSampler(DirectSamplerOptions options) => this.options = options;

    /// <inheritdoc/>
    public static string Kind => "direct";

    /// <inheritdoc/>
    public static string Description => "one pass from latent noise to image, for VAEs, GANs and flows";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public static DirectSampler Create(DirectSamplerOptions options) => options.Observation is "mean" or "draw"
        ? new DirectSampler(options)
        : throw new InvalidOptionException("observation", $"must be \"mean\" or \"draw\", not \"{options.Observation}\"");

    /// <inheritdoc/>
    public bool Fits(IGenerativeModel model) => model is IDirectSampler;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model does not fit.</exception>
    public Samples Sample(IGenerativeModel model, SampleRequest request)
    {
        if (model is not IDirectSampler direct)
            throw new ArgumentException($"{model.GetType().Name} does not sample in one pass", nameof(model));
        request.Cancellation.ThrowIfCancellationRequested();
        request.Evaluating?.Invoke();
        var images = direct.Sample(new DirectSampleRequest(request.Noise, request.Labels)
        {
            Temperature = options.Temperature,
            DrawPixels = options.Observation == "draw",
        });
        return new Samples(images, Nfe: 1);
    }
}
