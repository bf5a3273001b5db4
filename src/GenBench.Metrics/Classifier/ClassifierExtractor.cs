using System.Security.Cryptography;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Classifier;

/// <summary>Features of the suite's classifier: its penultimate layer [N, 128] and its logits [N, K].</summary>
public sealed class ClassifierExtractor : IFeatureExtractor, IDisposable
{
    /// <summary>Every call of the network takes exactly this many images, the last ones blank where fewer are left:
    /// kernels choose their order of summation by the batch size, and features must not depend on it.</summary>
    private const int InternalBatch = 128;

    private readonly ClassifierNetwork network;

    private ClassifierExtractor(ClassifierNetwork network, string checksum, IReadOnlyDictionary<string, string> metadata) =>
        (this.network, Checksum, Metadata) = (network, checksum, metadata);

    /// <inheritdoc/>
    public string Name => "clf";

    /// <inheritdoc/>
    public string Checksum { get; }

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
    public (Tensor Features, Tensor? Logits) Features(Tensor images)
    {
        var size = images.shape;
        if (images.dtype != ScalarType.Byte || size.Length != 4 || size[1] != Shape.Channels || size[2] != Shape.Height || size[3] != Shape.Width)
            throw new BadInputException($"this classifier takes uint8 images of {Shape}, not {images.dtype} [{string.Join(", ", size)}]");
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var features = empty(size[0], ClassifierNetwork.FeatureCount, ScalarType.Float64);
        var logits = empty(size[0], Classes, ScalarType.Float64);
        for (var first = 0L; first < size[0]; first += InternalBatch)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(InternalBatch, size[0] - first);
            var batch = images.narrow(0, first, count);
            if (count < InternalBatch)
                batch = cat([batch, zeros([InternalBatch - count, .. size[1..]], ScalarType.Byte)]);
            var (f, l) = network.call(batch);
            features.narrow(0, first, count).copy_(f.narrow(0, 0, count));
            logits.narrow(0, first, count).copy_(l.narrow(0, 0, count));
        }
        return (features.MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
