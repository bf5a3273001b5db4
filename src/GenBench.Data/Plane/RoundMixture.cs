using static TorchSharp.torch;

namespace GenBench.Data.Plane;

/// <summary>The density of a mixture of round normal laws N(μ_k, σ² I) in the plane, all of one deviation.</summary>
/// <param name="components">The means μ_k with their weights, which sum to 1.</param>
/// <param name="deviation">σ.</param>
internal sealed class RoundMixture(IReadOnlyList<(Point Mean, double Weight)> components, double deviation)
{
    /// <summary>ln p(x) in nats, float64 [B], of points float64 [B, 2].</summary>
    internal Tensor LogDensity(Tensor points)
    {
        using var scope = NewDisposeScope();
        var logWeights = tensor(components.Select(component => Math.Log(component.Weight)).ToArray());
        var squares = Squares(points.select(1, 0), component => component.Mean.X) + Squares(points.select(1, 1), component => component.Mean.Y);
        var logs = squares * (-0.5 / (deviation * deviation)) + logWeights;      // [B, K]
        return (logs.logsumexp(1) - Math.Log(2 * Math.PI * deviation * deviation)).MoveToOuterDisposeScope();
    }

    /// <summary>(x − μ_k)² of one coordinate, [B, K].</summary>
    private Tensor Squares(Tensor coordinate, Func<(Point Mean, double Weight), double> mean) =>
        (coordinate.unsqueeze(1) - tensor(components.Select(mean).ToArray())).square();
}
