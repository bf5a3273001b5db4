using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>Draws images from a trained model. A sampler knows a capability of the model, never its name.</summary>
public interface ISampler
{
    /// <summary>Whether the sampler can draw from this model.</summary>
    bool Fits(IGenerativeModel model);

    /// <summary>Checks the options against a model that <see cref="Fits"/>, before anything is trained.</summary>
    /// <exception cref="InvalidOptionException">An option cannot be used with this model.</exception>
    void Check(IGenerativeModel model)
    {
    }

    /// <summary>Network evaluations that an image takes by the settings: for estimates of time alone, since what is reported is
    /// counted around the network.</summary>
    int Evaluations(IGenerativeModel model) => 1;

    /// <summary>Draws one image for each index of the request's noise.</summary>
    /// <returns>The images and the network evaluations spent on each.</returns>
    Samples Sample(IGenerativeModel model, SampleRequest request);
}

/// <summary>A sampler that the registry finds by scanning an assembly; its options multiply the rows of the table.</summary>
/// <typeparam name="TSelf">The sampler.</typeparam>
/// <typeparam name="TOptions">Its options: a record whose defaults work.</typeparam>
public interface ISamplerDefinition<TSelf, TOptions> : ISampler
    where TSelf : ISamplerDefinition<TSelf, TOptions>
    where TOptions : class, new()
{
    /// <summary>Name in experiment files, e.g. <c>ddim</c>.</summary>
    static abstract string Kind { get; }

    /// <summary>One line for <c>genbench list samplers</c>.</summary>
    static abstract string Description { get; }

    /// <summary>Raised whenever a change makes the same setting draw other images; part of the evaluation key.</summary>
    static abstract int Version { get; }

    /// <summary>Builds the sampler.</summary>
    /// <exception cref="InvalidOptionException">The options do not fit each other.</exception>
    static abstract TSelf Create(TOptions options);
}

/// <summary>What is asked of a sampler.</summary>
/// <param name="Noise">The noise of each image.</param>
/// <param name="Labels">The class of each image for an <see cref="IConditionalModel"/>, int64 [B], or null; others ignore it.</param>
public sealed record SampleRequest(ImageNoise Noise, Tensor? Labels = null)
{
    /// <summary>Called before each network evaluation, for progress.</summary>
    public Action? Evaluating { get; init; }

    /// <summary>Checked before each network evaluation.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Images drawn by a sampler.</summary>
/// <param name="Images">float32 [B, C, H, W] in the model's encoding.</param>
/// <param name="Nfe">Network evaluations per image, as counted around the network.</param>
public sealed record Samples(Tensor Images, int Nfe);
