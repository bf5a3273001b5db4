using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>
/// Which images make up a batch: a function of (seed, batch number) alone, so a resumed run needs no state. Each epoch
/// is a permutation of its own, of which a last partial batch is dropped; where there are fewer images than a batch
/// holds, batches run through one permutation after another instead. Not for use by several threads at once.
/// </summary>
public sealed class EpochSampler
{
    private readonly ulong seed;
    private readonly int batchSize;
    private readonly long[] order;
    private long orderEpoch = -1;

    /// <summary>A sampler over images 0 … count − 1.</summary>
    /// <param name="count">Number of images, from 1 to <see cref="int.MaxValue"/>.</param>
    /// <param name="batchSize">Images in each batch, at least 1.</param>
    /// <param name="seed">Seed of the permutations.</param>
    public EpochSampler(long count, int batchSize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.seed = seed;
        this.batchSize = batchSize;
        order = new long[count];
    }

    /// <summary>Images that an epoch draws: count, less the partial batch.</summary>
    private long EpochLength => order.Length < batchSize ? order.Length : order.Length / batchSize * batchSize;

    /// <summary>The images of a batch, int64 [batchSize] on the CPU; the caller owns the result.</summary>
    /// <param name="batch">Number of the batch since training began, from 0.</param>
    public Tensor Indices(long batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        var indices = new long[batchSize];
        var position = checked(batch * batchSize);
        for (var i = 0; i < batchSize; i++, position++)
        {
            Shuffle(position / EpochLength);
            indices[i] = order[position % EpochLength];
        }
        return tensor(indices, ScalarType.Int64);
    }

    /// <summary>Puts the epoch's permutation into <see cref="order"/> (Fisher and Yates).</summary>
    private void Shuffle(long epoch)
    {
        if (epoch == orderEpoch)
            return;
        var random = new CounterRandom(Seeds.Of(seed, (ulong)epoch));
        for (var i = 0; i < order.Length; i++)
        {
            var j = random.Below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        orderEpoch = epoch;
    }
}
