using static TorchSharp.torch;

namespace GenBench.Tests;

internal static class TensorCount
{
    /// <summary>The number of living tensors once what other tests dropped is gone, so that a later collection takes
    /// nothing away from a count.</summary>
    internal static long AfterCollection()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
