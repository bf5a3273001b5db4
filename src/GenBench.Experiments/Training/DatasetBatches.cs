using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>Batches of a training split: shuffled anew each epoch, mirrored where asked, in the model's encoding.</summary>
public sealed class DatasetBatches : IBatchSource, IDisposable
{
    private readonly ResidentSplit _split;
    private readonly EpochSampler _sampler;
    private readonly PixelEncoding _encoding;
    private readonly bool _flip;
    private readonly Device _device;

    /// <summary>Brings the split to the device.</summary>
    /// <param name="split">The images to train on; left to the caller to dispose of.</param>
    /// <param name="batchSize">Images per batch.</param>
    /// <param name="encoding">The model's encoding.</param>
    /// <param name="flip">Mirror each image left to right with probability ½, drawn anew each time.</param>
    /// <param name="seed">The cell's seed.</param>
    /// <param name="device">The training device.</param>
    public DatasetBatches(ImageSplit split, int batchSize, PixelEncoding encoding, bool flip, ulong seed, Device device)
    {
        _split = new ResidentSplit(split, device);
        _sampler = new EpochSampler(split.Count, batchSize, Seeds.Of(seed, Seeds.OfName("batches")));
        _encoding = encoding;
        _flip = flip;
        _device = device;
    }

    /// <inheritdoc/>
    public Batch Draw(long number)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = _split.Select(_sampler.Indices(number));
        if (_flip)
            images = Augmentation.Flip(images, rand(images.shape[0], device: _device).lt(0.5));
        var encoded = PixelCodec.Encode(images, _encoding);
        return new Batch(encoded.MoveToOuterDisposeScope(), labels?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => _split.Dispose();
}
