using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The gate that all features pass: a matrix [N, D] of finite numbers, one row an image.</summary>
internal static class FeatureMatrix
{
    /// <summary>The features as float64 on the CPU, in the caller's scope.</summary>
    /// <exception cref="BadInputException">They are no matrix, too few, or not finite; the message names the row.</exception>
    internal static Tensor Check(Tensor features, string what, long atLeast = 2)
    {
        using var scope = NewDisposeScope();
        var shape = features.shape;
        if (shape.Length != 2 || shape[1] == 0)
            throw new BadInputException($"{what}: features are a matrix [N, D], not [{string.Join(", ", shape)}]");
        if (shape[0] < atLeast)
            throw new BadInputException($"{what}: {shape[0]} rows are too few, at least {atLeast} are needed");
        var matrix = features.detach().to(ScalarType.Float64).cpu();
        var bad = matrix.isfinite().all(1).logical_not();
        if (bad.any().item<bool>())
            throw new BadInputException(
                $"{what}: row {bad.to(ScalarType.Byte).argmax().item<long>()} holds NaN or infinity, as do {bad.sum().item<long>()} rows of {shape[0]}; a distance to it has no meaning");
        return matrix.contiguous().alias().MoveToOuterDisposeScope();
    }

    /// <summary>Both matrices, checked to have the same number of features.</summary>
    /// <exception cref="BadInputException">One of them cannot be used, or they differ in width.</exception>
    internal static (Tensor Reference, Tensor Samples) CheckPair(Tensor reference, Tensor samples, long atLeast = 2, string what = "samples")
    {
        var pair = (Check(reference, "reference", atLeast), Check(samples, what, atLeast));
        if (pair.Item1.shape[1] != pair.Item2.shape[1])
            throw new BadInputException($"the reference has {pair.Item1.shape[1]} features a row and the {what} have {pair.Item2.shape[1]}; both must come from one extractor");
        return pair;
    }
}
