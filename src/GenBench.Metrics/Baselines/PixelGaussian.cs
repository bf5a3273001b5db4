using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Baselines;

/// <summary>What no learning gives: a Gaussian with the mean and the full covariance of the training pixels, 8-bit ones rounded and
/// clamped to 0…255.</summary>
public static class PixelGaussian
{
    private const int BatchSize = 500;

    /// <summary>Draws images; image i depends on the seed and i alone.</summary>
    /// <param name="train">The images to fit to, at least two.</param>
    /// <param name="count">Number of images to draw.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>uint8 or, as the training images are, float32 [count, C, H, W]; the caller owns it.</returns>
    public static Tensor Sample(ImageSplit train, int count, ulong seed)
    {
        using var scope = NewDisposeScope();
        var (mean, root) = Fit(train);
        long[] shape = [count, .. train.Images.shape[1..]];
        var images = empty(shape, train.Images.dtype);
        for (var first = 0; first < count; first += BatchSize)
        {
            using var step = NewDisposeScope();
            var size = Math.Min(BatchSize, count - first);
            var noise = new ImageNoise(seed, first, size, CPU).Normal(0, mean.shape[0]).to(ScalarType.Float64);
            var pixels = noise.mm(root).add_(mean);
            if (train.Images.dtype == ScalarType.Byte)
                pixels.round_().clamp_(0, 255);
            images.narrow(0, first, size).copy_(pixels.reshape([size, .. shape[1..]]));
        }
        return images.MoveToOuterDisposeScope();
    }

    /// <summary>The mean [D] and the symmetric root [D, D] of the covariance: pixels that never change make it singular, so it has no
    /// Cholesky factor.</summary>
    private static (Tensor Mean, Tensor Root) Fit(ImageSplit train)
    {
        using var moments = new FeatureMoments(train.Images.shape[1..].Aggregate(1L, (product, size) => product * size));
        for (var first = 0L; first < train.Count; first += BatchSize)
        {
            using var step = NewDisposeScope();
            moments.Add(train.Images.narrow(0, first, Math.Min(BatchSize, train.Count - first)).flatten(1).to(ScalarType.Float64));
        }
        var (eigenvalues, eigenvectors) = linalg.eigh(moments.Covariance());
        return (moments.Mean(), (eigenvectors * eigenvalues.clamp_min(0).sqrt()).mm(eigenvectors.t()));
    }
}
