using System.Security.Cryptography;
using GenBench.Core;
using GenBench.Metrics.Extractors;
using static TorchSharp.torch;

namespace GenBench.Metrics.Classifier;

/// <summary>Features of the suite's classifier: its penultimate layer [N, 128], and its class probabilities [N, K].</summary>
public sealed class ClassifierExtractor : IFeatureExtractor
{
    private const int InternalBatch = 128;

    private readonly ClassifierNetwork network;

    private ClassifierExtractor(ClassifierNetwork network, string checksum, IReadOnlyDictionary<string, string> metadata) =>
        (this.network, Checksum, Metadata) = (network, checksum, metadata);

    /// <inheritdoc/>
    public string Name => "clf";

    /// <inheritdoc/>
    public string Checksum { get; }

    /// <inheritdoc/>
    public string Preprocessing => "no resize";

    /// <inheritdoc/>
    public int Channels => Shape.Channels;

    /// <inheritdoc/>
    public bool HasClasses => true;

    /// <summary>How the weights were made: <c>dataset</c>, <c>dataset_sha256</c>, <c>test_accuracy</c>, <c>command</c>, <c>seed</c>, ….</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Shape of the images it takes.</summary>
    public ImageShape Shape => network.Shape;

    /// <summary>Number of classes K.</summary>
    public int Classes => network.Classes;

    /// <summary>Reads a weights file that <see cref="ClassifierTraining.TrainAndSave"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The stream holds no such file.</exception>
    public static ClassifierExtractor Load(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        var (network, metadata) = ClassifierFile.Read(copy);
        return new ClassifierExtractor(network, Convert.ToHexStringLower(SHA256.HashData(copy.ToArray())), metadata);
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images, CancellationToken cancellation = default) => Run(images, batch => network.call(batch).Features, cancellation);

    /// <inheritdoc/>
    public Tensor Probabilities(Tensor images, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        return nn.functional.softmax(Run(images, batch => network.call(batch).Logits, cancellation), 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Features, Tensor Probabilities) FeaturesAndProbabilities(Tensor images, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var both = Run(images, batch =>
        {
            var (features, logits) = network.call(batch);
            return cat([features, logits], 1);
        }, cancellation);
        var parts = both.split([both.shape[1] - Classes, Classes], 1);
        return (parts[0].contiguous().MoveToOuterDisposeScope(), nn.functional.softmax(parts[1], 1).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private Tensor Run(Tensor images, Func<Tensor, Tensor> layer, CancellationToken cancellation)
    {
        var size = images.shape;
        if (images.dtype != ScalarType.Byte || size.Length != 4 || size[1] != Shape.Channels || size[2] != Shape.Height || size[3] != Shape.Width)
            throw new BadInputException($"this classifier takes uint8 images of {Shape}, not {images.dtype} [{string.Join(", ", size)}]");
        return FixedBatches.Run(images, InternalBatch, layer, cancellation);
    }
}
