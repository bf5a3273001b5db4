using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>The classes that an evaluation asks of a conditional model: image i has class i mod K, so that the classes are
/// balanced and an image's class depends on its index alone.</summary>
public static class SampleLabels
{
    /// <summary>The classes of images [first, first + count), int64 [count]; null where the model takes none.</summary>
    public static Tensor? Of(IGenerativeModel model, long first, int count, Device device) => model is IConditionalModel conditional
        ? arange(first, first + count, dtype: ScalarType.Int64, device: device).remainder_(conditional.Classes)
        : null;
}
