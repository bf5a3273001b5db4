using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>A split kept as uint8 on the device that trains, batches of which are gathered there: no copy from the
/// host but the indices. One that is mapped from a file stays there, and batches are gathered out of its pages.</summary>
public sealed class ResidentSplit : IDisposable
{
    private readonly Tensor images;
    private readonly Tensor? labels;
    private readonly Device home;
    private readonly Device device;

    /// <summary>Brings a split to a device; on the CPU its memory is shared with <paramref name="split"/>.</summary>
    public ResidentSplit(ImageSplit split, Device device)
    {
        this.device = device;
        home = split.Mapped ? CPU : device;
        Count = split.Count;
        images = Resident(split.Images);
        labels = split.Labels is null ? null : Resident(split.Labels);

        // The alias gives the CPU case a handle of its own, so that disposing of this leaves the split whole.
        Tensor Resident(Tensor source)
        {
            using var scope = NewDisposeScope();
            return source.alias().to(home).DetachFromDisposeScope();
        }
    }

    /// <summary>Number of images.</summary>
    public long Count { get; }

    /// <summary>Gathers images by index; the caller owns the result.</summary>
    /// <param name="indices">int64 [B], on any device.</param>
    /// <returns>uint8 [B, C, H, W] and int64 [B] on the device, the latter null where there are no labels.</returns>
    public (Tensor Images, Tensor? Labels) Select(Tensor indices)
    {
        using var scope = NewDisposeScope();
        var here = indices.to(home);
        return (Gather(images), labels is null ? null : Gather(labels));

        Tensor Gather(Tensor source) => source.index_select(0, here).to(device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        images.Dispose();
        labels?.Dispose();
    }
}
