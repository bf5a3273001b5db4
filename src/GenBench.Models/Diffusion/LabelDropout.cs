using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>Labels for the training of a class-conditional model and of an unconditional one in the same network: each image
/// loses its label with a given probability (Ho &amp; Salimans 2022, algorithm 1).</summary>
/// <param name="classes">Number of classes K; the label K says none.</param>
/// <param name="probability">The probability, in (0, 1).</param>
internal sealed class LabelDropout(int classes, double probability)
{
    internal int Classes => classes;

    /// <summary>The batch's labels with some of them K, int64 [B], drawn from torch's generator.</summary>
    internal Tensor Of(Batch batch)
    {
        var labels = Conditioning.Labels(batch);
        using var scope = NewDisposeScope();
        return labels.masked_fill(rand(labels.shape[0], device: labels.device) < probability, classes).MoveToOuterDisposeScope();
    }
}
