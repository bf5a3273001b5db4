using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>Turns images into the vectors that distances between samples are measured on.</summary>
public interface IFeatureExtractor
{
    /// <summary>What stands behind the underscore of a metric's name, e.g. <c>clf</c> in <c>fid_clf</c>.</summary>
    string Name { get; }

    /// <summary>Hex SHA-256 of the weights file: part of every figure's protocol.</summary>
    string Checksum { get; }

    /// <summary>Describes each image on its own; what stands beside it in the batch does not matter.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <returns>Features, float64 [N, D], and the class scores before the softmax, float64 [N, K], or null where the
    /// extractor has no classes. The caller owns both.</returns>
    /// <exception cref="Core.BadInputException">The images have another shape or type than the extractor takes.</exception>
    (Tensor Features, Tensor? Logits) Features(Tensor images);
}
