using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Extractors;

/// <summary>Runs a network on batches of one fixed size and layout in memory, the last filled up with blank images: kernels choose
/// their order of summation by both, and features must not depend on the caller's.</summary>
internal static class FixedBatches
{
    /// <summary>The network's output for each image.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="size">Images in every call of the network.</param>
    /// <param name="network">Takes uint8 [size, C, H, W] and gives [size, D].</param>
    /// <param name="cancellation">Heard before each call of the network.</param>
    /// <returns>float64 [N, D]; the caller owns it.</returns>
    internal static Tensor Run(Tensor images, int size, Func<Tensor, Tensor> network, CancellationToken cancellation)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var shape = images.shape;
        if (images.dtype != ScalarType.Byte || shape.Length != 4 || shape[0] == 0)
            throw new BadInputException($"an extractor takes at least one uint8 image [N, C, H, W], not {images.dtype} [{string.Join(", ", shape)}]");
        var batch = zeros([size, .. shape[1..]], ScalarType.Byte);
        Tensor? outputs = null;
        for (var first = 0L; first < shape[0]; first += size)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var count = Math.Min(size, shape[0] - first);
            batch.narrow(0, 0, count).copy_(images.narrow(0, first, count));
            batch.narrow(0, count, size - count).zero_();
            var output = network(batch);
            outputs ??= empty(shape[0], output.shape[1], ScalarType.Float64).MoveToOuterDisposeScope();
            outputs.narrow(0, first, count).copy_(output.narrow(0, 0, count));
        }
        return outputs!.MoveToOuterDisposeScope();
    }
}
