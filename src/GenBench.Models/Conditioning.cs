using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>What class-conditional models ask of their data.</summary>
internal static class Conditioning
{
    /// <summary>Number of classes that a model is conditioned on, 0 where it is not.</summary>
    /// <exception cref="InvalidOptionException">It asks for labels that the data have not.</exception>
    internal static int Classes(bool conditional, DataSpec data) => (conditional, data.Classes) switch
    {
        (false, _) => 0,
        (true, > 0) => data.Classes,
        _ => throw new InvalidOptionException("conditional", "needs a dataset with labels, and this one has none; set it to false or choose another dataset"),
    };

    /// <summary>The labels of a batch that a class-conditional model is trained on, int64 [B].</summary>
    internal static Tensor Labels(Batch batch) =>
        batch.Labels ?? throw new InvalidOperationException("a class-conditional model was given a batch without labels");
}
