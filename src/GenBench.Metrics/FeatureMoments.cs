using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// Mean and covariance of features that arrive in batches, in float64: count, mean and M2 = Σ(x − x̄)(x − x̄)ᵀ, joined by
/// the pairwise update of Chan, Golub and LeVeque (1979). Memory is D², whatever the number of rows.
/// </summary>
public sealed class FeatureMoments : IDisposable
{
    private readonly Tensor mean;
    private readonly Tensor m2;

    /// <summary>Moments of no rows yet.</summary>
    /// <param name="dimension">Number of features D.</param>
    public FeatureMoments(long dimension)
    {
        mean = zeros(dimension, ScalarType.Float64).DetachFromDisposeScope();
        m2 = zeros(dimension, dimension, ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>Number of features D.</summary>
    public long Dimension => mean.shape[0];

    /// <summary>Number of rows N so far.</summary>
    public long Count { get; private set; }

    /// <summary>The mean, float64 [D]; a copy.</summary>
    public Tensor Mean() => mean.clone();

    /// <summary>The covariance with divisor N − 1, float64 [D, D]; a copy.</summary>
    /// <exception cref="BadInputException">There are fewer than two rows.</exception>
    public Tensor Covariance() => Count > 1
        ? m2 / (Count - 1)
        : throw new BadInputException($"a covariance needs at least two rows, not {Count}");

    /// <summary>The moments of a whole matrix [N, D].</summary>
    /// <exception cref="BadInputException">A row is not finite; the message names it.</exception>
    public static FeatureMoments Of(Tensor features)
    {
        var moments = new FeatureMoments(features.shape[^1]);
        moments.Add(features);
        return moments;
    }

    /// <summary>Takes in a batch of rows.</summary>
    /// <param name="batch">Features [B, D].</param>
    /// <exception cref="BadInputException">A row is not finite (the message names it), or the batch has another width.</exception>
    public void Add(Tensor batch)
    {
        using var scope = NewDisposeScope();
        var rows = FeatureMatrix.Check(batch, "features", atLeast: 1);
        if (rows.shape[1] != Dimension)
            throw new BadInputException($"features of width {rows.shape[1]} do not join moments of width {Dimension}");
        var batchMean = rows.mean([0L]);
        var centred = rows - batchMean;
        Join(rows.shape[0], batchMean, centred.t().mm(centred));
    }

    /// <summary>Takes in all rows that <paramref name="other"/> has seen.</summary>
    /// <exception cref="BadInputException">It has another width.</exception>
    public void Merge(FeatureMoments other)
    {
        using var scope = NewDisposeScope();
        if (other.Dimension != Dimension)
            throw new BadInputException($"moments of width {other.Dimension} do not join moments of width {Dimension}");
        Join(other.Count, other.mean, other.m2);
    }

    /// <summary>The moments of the other rows, where <paramref name="part"/> has seen some of these.</summary>
    internal FeatureMoments Without(FeatureMoments part)
    {
        using var scope = NewDisposeScope();
        var rest = new FeatureMoments(Dimension) { Count = Count - part.Count };
        rest.mean.copy_(mean + (mean - part.mean) * ((double)part.Count / rest.Count));
        var difference = part.mean - rest.mean;
        rest.m2.copy_(m2 - part.m2).add_(difference.outer(difference), alpha: -(double)rest.Count * part.Count / Count);
        return rest;
    }

    private void Join(long count, Tensor otherMean, Tensor otherM2)
    {
        if (count == 0)
            return;
        var total = Count + count;
        var difference = otherMean - mean;
        m2.add_(otherM2).add_(difference.outer(difference), alpha: (double)Count * count / total);
        mean.add_(difference, alpha: (double)count / total);
        Count = total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        m2.Dispose();
    }
}
