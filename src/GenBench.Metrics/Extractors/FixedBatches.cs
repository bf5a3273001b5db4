using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Extractors;

/// <summary>Runs a network on batches of one fixed size, the last filled up with blank images: kernels choose their order of
/// summation by the size of the batch, and features must not depend on the caller's.</summary>
internal static class FixedBatches
{
    /// <summary>The network's output for each image.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="size">Images in every call of the network.</param>
    /// <param name="network">Takes uint8 [size, C, H, W] and gives [size, D].</param>
    /// <returns>float64 [N, D]; the caller owns it.</returns>
    internal static Tensor Run(Tensor images, int size, Func<Tensor, Tensor> network)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var shape = images.shape;
        if (images.dtype != ScalarType.Byte || shape.Length != 4 || shape[0] == 0)
            throw new BadInputException($"an extractor takes at least one uint8 image [N, C, H, W], not {images.dtype} [{string.Join(", ", shape)}]");
        Tensor? outputs = null;
        for (var first = 0L; first < shape[0]; first += size)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(size, shape[0] - first);
            var batch = images.narrow(0, first, count);
            if (count < size)
                batch = cat([batch, zeros([size - count, .. shape[1..]], ScalarType.Byte)]);
            var output = network(batch);
            outputs ??= empty(shape[0], output.shape[1], ScalarType.Float64).MoveToOuterDisposeScope();
            outputs.narrow(0, first, count).copy_(output.narrow(0, 0, count));
        }
        return outputs!.MoveToOuterDisposeScope();
    }
}
