using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>What a model's autoencoder loses of images that it was not trained on: the bound on what its samples can be.</summary>
public static class ReconstructionEvaluator
{
    /// <summary>Rows <c>reconstruction_mse</c>, of pixels between 0 and 1, and the Fréchet distance of the reconstructions from the reference.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="dataset">The dataset, whose first validation images are taken.</param>
    /// <param name="count">How many.</param>
    /// <param name="batchSize">Images per call.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="quality">Compares with the reference.</param>
    /// <param name="cancellation">Checked before each call.</param>
    public static IReadOnlyList<MetricRow> Evaluate(
        IReconstructingModel model, Dataset dataset, long count, int batchSize, Device device, QualityEvaluator quality, CancellationToken cancellation)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var images = dataset.Validation.Images.narrow(0, 0, count);
        var reconstructions = cat([.. Enumerable.Range(0, (int)((count + batchSize - 1) / batchSize)).Select(i =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Reconstruct(model, images.narrow(0, (long)i * batchSize, Math.Min(batchSize, count - (long)i * batchSize)).to(device));
        })]);
        var mse = (reconstructions.to(ScalarType.Float64) - images.to(ScalarType.Float64)).div_(255).square().mean().item<double>();
        var protocol = dataset.Describe($"{count} validation images");
        return
        [
            new MetricRow("reconstruction_mse", mse, null, null, count, "", "", $"{protocol}; mean over images and pixels, pixels between 0 and 1"),
            .. quality.Evaluate(reconstructions, labels: null, ["fid_clf"], cancellation)
                .Select(row => row with { Metric = $"reconstruction_{row.Metric}", Protocol = $"reconstructions of {protocol}; {row.Protocol}" }),
        ];
    }

    private static Tensor Reconstruct(IReconstructingModel model, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var encoded = PixelCodec.Encode(pixels, model.Encoding);
        return PixelCodec.Decode(model.Reconstruct(encoded), model.Encoding).cpu().MoveToOuterDisposeScope();
    }
}
