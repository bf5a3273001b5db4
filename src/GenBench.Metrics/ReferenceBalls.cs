using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>The reference with the balls around its points: up to the k-th neighbour for two k.</summary>
internal sealed class ReferenceBalls
{
    /// <param name="rows">float64 [N, D].</param>
    /// <param name="manifoldNeighbours">k of precision and recall.</param>
    /// <param name="ballNeighbours">k of density and coverage.</param>
    /// <param name="cancellation">Heard before each tile.</param>
    internal ReferenceBalls(Tensor rows, int manifoldNeighbours, int ballNeighbours, CancellationToken cancellation = default)
    {
        (Points, ManifoldNeighbours, BallNeighbours) = (new PointSet(rows), manifoldNeighbours, ballNeighbours);
        (ManifoldRadii, BallRadii) = NeighbourRadii.Of(Points, manifoldNeighbours, ballNeighbours, cancellation);
        Radii = stack([ManifoldRadii, BallRadii]);
    }

    internal PointSet Points { get; }

    internal int ManifoldNeighbours { get; }

    internal int BallNeighbours { get; }

    /// <summary>float64 [N], for precision.</summary>
    internal Tensor ManifoldRadii { get; }

    /// <summary>float64 [N], for density and coverage.</summary>
    internal Tensor BallRadii { get; }

    /// <summary>Both, float64 [2, N].</summary>
    internal Tensor Radii { get; }
}
