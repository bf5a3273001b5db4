using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>Turns images into the vectors that distances between samples are measured on. Each image is described on its
/// own: what stands beside it in the batch does not matter, nor does the size of the batch.</summary>
public interface IFeatureExtractor : IDisposable
{
    /// <summary>What stands behind the underscore of a metric's name, e.g. <c>clf</c> in <c>fid_clf</c>; empty for the
    /// genuine Inception file alone, whose figures are <c>fid</c>, <c>kid</c> and <c>is</c>.</summary>
    string Name { get; }

    /// <summary>Hex SHA-256 of the weights file: part of every figure's protocol.</summary>
    string Checksum { get; }

    /// <summary>What is done to the images on their way into the network, e.g. <c>no resize</c>: part of every figure's protocol.</summary>
    string Preprocessing { get; }

    /// <summary>1 where the network takes gray images alone, else 3.</summary>
    int Channels { get; }

    /// <summary>Whether there are <see cref="Probabilities"/>, which the Inception score is defined on.</summary>
    bool HasClasses { get; }

    /// <summary>The features of images.</summary>
    /// <param name="images">uint8 [N, C, H, W], N at least 1.</param>
    /// <param name="cancellation">Heard before each batch.</param>
    /// <returns>float64 [N, D]; the caller owns it.</returns>
    /// <exception cref="Core.BadInputException">The images have another shape or type than the extractor takes.</exception>
    Tensor Features(Tensor images, CancellationToken cancellation = default);

    /// <summary>The class probabilities p(y|x) of images.</summary>
    /// <param name="images">uint8 [N, C, H, W], N at least 1.</param>
    /// <param name="cancellation">Heard before each batch.</param>
    /// <returns>float64 [N, K], rows that sum to 1; the caller owns it.</returns>
    /// <exception cref="Core.BadInputException">The images have another shape or type than the extractor takes, or it has no classes.</exception>
    Tensor Probabilities(Tensor images, CancellationToken cancellation = default);

    /// <summary>Features and class probabilities, in one pass where one call of the network gives both.</summary>
    /// <param name="images">uint8 [N, C, H, W], N at least 1.</param>
    /// <param name="cancellation">Heard before each batch.</param>
    /// <returns>float64 [N, D] and [N, K]; the caller owns them.</returns>
    /// <exception cref="Core.BadInputException">The images have another shape or type than the extractor takes, or it has no classes.</exception>
    (Tensor Features, Tensor Probabilities) FeaturesAndProbabilities(Tensor images, CancellationToken cancellation = default) =>
        (Features(images, cancellation), Probabilities(images, cancellation));
}
