using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>Points of Euclidean space with the squares of their norms.</summary>
internal sealed class PointSet
{
    private PointSet(Tensor rows, Tensor squaredNorms, double largest) => (Rows, SquaredNorms, Largest) = (rows, squaredNorms, largest);

    /// <param name="rows">float64 [N, D].</param>
    internal PointSet(Tensor rows)
    {
        Rows = rows;
        SquaredNorms = linalg.vector_norm(rows, 2, [1]).square();
        Largest = SquaredNorms.max().item<double>();
    }

    /// <summary>float64 [N, D].</summary>
    internal Tensor Rows { get; }

    /// <summary>float64 [N].</summary>
    internal Tensor SquaredNorms { get; }

    /// <summary>The largest squared norm; of the whole set, where this is a part of one.</summary>
    internal double Largest { get; }

    /// <summary>Number of points N.</summary>
    internal long Count => Rows.shape[0];

    internal PointSet Narrow(long start, long length) => new(Rows.narrow(0, start, length), SquaredNorms.narrow(0, start, length), Largest);
}
