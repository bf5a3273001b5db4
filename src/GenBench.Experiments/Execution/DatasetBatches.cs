using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Experiments.Execution;

/// <summary>Training batches of a dataset: its pixels stay on the device, are indexed, mirrored and encoded there.</summary>
public sealed class DatasetBatches(ImageSplit train, PixelEncoding encoding, bool flip, int batchSize, ulong seed, Device device)
    : IBatchSource, IDisposable
{
    private readonly ResidentSplit resident = new(train, device);
    private readonly EpochSampler sampler = new(train.Count, batchSize, Seeds.Of(seed, Seeds.OfName("order")));

    /// <inheritdoc/>
    public Batch Draw(long number)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = resident.Select(sampler.Indices(number).to(device));
        if (flip)
            images = Augmentation.Flip(images, rand(images.shape[0], device: device).lt(0.5));
        var encoded = PixelCodec.Encode(images, encoding);
        return new Batch(encoded.MoveToOuterDisposeScope(), labels?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => resident.Dispose();
}
