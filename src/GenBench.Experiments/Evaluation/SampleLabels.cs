using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>The classes that an evaluation asks of a conditional model: image i has class i mod K, so that the classes are
/// balanced and an image's class depends on its index alone.</summary>
public static class SampleLabels
{
    /// <summary>The classes of images [first, first + count), int64 [count]; null where the model takes none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="first">Index of the first image.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="device">Where the tensor is made.</param>
    /// <param name="classes">The classes to go through; null for all K in order.</param>
    public static Tensor? Of(IGenerativeModel model, long first, int count, Device device, IReadOnlyList<long>? classes = null)
    {
        if (model is not IConditionalModel conditional)
            return null;
        using var scope = NewDisposeScope();
        var turns = arange(first, first + count, dtype: ScalarType.Int64, device: device).remainder_(classes?.Count ?? conditional.Classes);
        var labels = classes is null ? turns : tensor([.. classes], device: device).index_select(0, turns);
        return labels.MoveToOuterDisposeScope();
    }
}
