using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>A model's network with a counter around it: what a sampler costs is what it called.</summary>
internal sealed class CountingDenoiser(IDenoisingModel model, SampleRequest request)
{
    /// <summary>Network evaluations so far.</summary>
    internal int Nfe { get; private set; }

    /// <inheritdoc cref="IDenoisingModel.Denoise"/>
    internal Denoised Denoise(Tensor xt, Tensor t, Tensor? labels)
    {
        request.Cancellation.ThrowIfCancellationRequested();
        request.Evaluating?.Invoke();
        Nfe++;
        return model.Denoise(xt, t, labels);
    }
}
