using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>
/// The unbiased MMD² of two whole sets with what its interval needs: the influence of each row, which is its delete-one
/// jackknife (Arvesen 1969), in closed form from the kernel's sums over rows; and how pairs of rows bend the figure. Its tensors belong
/// to the scope that was open when it was made.
/// </summary>
internal sealed class MmdEstimate
{
    // The bend is a mean over pairs of rows, of which so many rows have enough.
    private const long PairRows = 2000;

    private readonly Tensor reference;
    private readonly Tensor samples;
    private readonly Func<Tensor, Tensor, Tensor> kernel;

    /// <param name="reference">float64 [N, D], N > 2, in random order.</param>
    /// <param name="samples">float64 [M, D], M > 2, in random order.</param>
    /// <param name="kernel">k(a_i, b_j), float64 [A, B], of [A, D] and [B, D].</param>
    /// <param name="cancellation">Heard before each tile.</param>
    internal MmdEstimate(Tensor reference, Tensor samples, Func<Tensor, Tensor, Tensor> kernel, CancellationToken cancellation = default)
    {
        (this.reference, this.samples, this.kernel) = (reference, samples, kernel);
        using var scope = NewDisposeScope();
        var (n, m) = (reference.shape[0], samples.shape[0]);
        var (xx, _) = RowSums(reference, reference, within: true, cancellation);
        var (yy, _) = RowSums(samples, samples, within: true, cancellation);
        var (xy, yx) = RowSums(reference, samples, within: false, cancellation);
        Value = (xx.mean() / (n - 1) + yy.mean() / (m - 1) - 2 * xy.mean() / m).item<double>();
        OfReference = Centred(xx / (n - 2) - xy / m).MoveToOuterDisposeScope();
        OfSamples = Centred(yy / (m - 2) - yx / n).MoveToOuterDisposeScope();
    }

    internal double Value { get; }

    /// <summary>Influence of each row of the reference, float64 [N], mean 0.</summary>
    internal Tensor OfReference { get; }

    /// <summary>Influence of each sample, float64 [M], mean 0.</summary>
    internal Tensor OfSamples { get; }

    /// <summary>The 95% interval of the true MMD².</summary>
    /// <param name="noise">Variance of what is random in the value beside the rows.</param>
    internal (double Low, double High) Interval(double noise = 0) =>
        SkewedInterval.Of(Value, [OfReference, OfSamples], Curvature(OfReference, OfSamples), noise);

    /// <summary>The 95% interval of the difference to an estimate against the same reference; sets of equal size are taken as
    /// paired row by row.</summary>
    internal (double Low, double High) IntervalOfDifference(MmdEstimate other)
    {
        using var scope = NewDisposeScope();
        var ofReference = OfReference - other.OfReference;
        var paired = samples.shape[0] == other.samples.shape[0];
        var (ofSamples, ofOthers) = paired
            ? (OfSamples - other.OfSamples, OfSamples - other.OfSamples)
            : (OfSamples, -other.OfSamples);
        Tensor[] influences = paired ? [ofReference, ofSamples] : [ofReference, ofSamples, ofOthers];
        return SkewedInterval.Of(Value - other.Value, influences, Curvature(ofReference, ofSamples) - other.Curvature(ofReference, ofOthers));
    }

    /// <summary>Mean of (linear part)² · (quadratic part of this figure), the linear part's influences given.</summary>
    private double Curvature(Tensor ofReference, Tensor ofSamples)
    {
        using var scope = NewDisposeScope();
        var (n, m) = ((double)reference.shape[0], (double)samples.shape[0]);
        var (x, a) = Part(reference, ofReference);
        var (y, b) = Part(samples, ofSamples);
        var across = a.dot(kernel(x, y).mv(b)).item<double>() / ((double)a.shape[0] * b.shape[0]);
        return 2 * Within(x, a) / (n * n) + 2 * Within(y, b) / (m * m) - 4 * across / (n * m);
    }

    /// <summary>Mean of aᵢaⱼψ(xᵢ, xⱼ) over the pairs, ψ the kernel less its means over rows: since the aᵢ sum to 0, those leave but the
    /// terms that stand for j = i.</summary>
    private double Within(Tensor x, Tensor a)
    {
        using var scope = NewDisposeScope();
        var n = (double)x.shape[0];
        var pairs = kernel(x, x);
        pairs.diagonal().zero_();
        var means = pairs.sum(1) / (n - 1);
        var squares = a.square();
        return ((a.dot(pairs.mv(a)) + 2 * squares.dot(means) - squares.sum() * means.mean()) / (n * (n - 1))).item<double>();
    }

    private static (Tensor Rows, Tensor Influences) Part(Tensor rows, Tensor influences)
    {
        var count = Math.Min(rows.shape[0], PairRows);
        var part = influences.narrow(0, 0, count);
        return (rows.narrow(0, 0, count), part - part.mean());
    }

    private static Tensor Centred(Tensor half) => 2 * (half - half.mean());

    /// <summary>The kernel's sums over b for each row of a, and over a for each of b.</summary>
    private (Tensor OfA, Tensor OfB) RowSums(Tensor a, Tensor b, bool within, CancellationToken cancellation)
    {
        var (ofA, ofB) = (empty(a.shape[0], ScalarType.Float64), zeros(b.shape[0], ScalarType.Float64));
        foreach (var (start, length) in Tiling.Split(0, a.shape[0], b.shape[0], cancellation))
        {
            using var scope = NewDisposeScope();
            var tile = kernel(a.narrow(0, start, length), b);
            if (within)
                tile.narrow(1, start, length).diagonal().zero_();
            ofA.narrow(0, start, length).copy_(tile.sum(1));
            ofB.add_(tile.sum([0L]));
        }
        return (ofA, ofB);
    }
}
