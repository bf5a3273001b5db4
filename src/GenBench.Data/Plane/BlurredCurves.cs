using static TorchSharp.torch;

namespace GenBench.Data.Plane;

/// <summary>A curve in the plane, drawn from by a uniform parameter.</summary>
/// <param name="Start">The least parameter.</param>
/// <param name="End">The greatest.</param>
/// <param name="At">The point at a parameter.</param>
internal sealed record Curve(double Start, double End, Func<double, Point> At);

/// <summary>
/// Curves of equal weight, blurred by round normal noise. The density is an integral along the curves, p(x) = E_t N(x; γ(t), σ² I),
/// taken by Gauss and Legendre's rule of three points on many pieces: the mixture of normal laws at the nodes.
/// </summary>
/// <param name="curves">The curves.</param>
/// <param name="classNames">A name for each curve where they are classes; empty where they are none.</param>
/// <param name="deviation">σ of the noise.</param>
internal sealed class BlurredCurves(IReadOnlyList<Curve> curves, IReadOnlyList<string> classNames, double deviation) : PlaneLaw
{
    private const int Pieces = 800; // over all curves; short against any σ that the options allow
    private static readonly (double Place, double Weight)[] Nodes = [(-Math.Sqrt(0.6), 5 / 18.0), (0, 8 / 18.0), (Math.Sqrt(0.6), 5 / 18.0)];

    internal override IReadOnlyList<string> ClassNames => classNames;

    internal override (Point At, int Label) Draw(ref CounterRandom random)
    {
        var label = random.Below(curves.Count);
        var (start, end, at) = curves[label];
        var point = at(random.Uniform(start, end));
        return (new Point(point.X + deviation * random.Normal(), point.Y + deviation * random.Normal()), label);
    }

    internal override Tensor LogDensity(Tensor points) => new RoundMixture([.. curves.SelectMany(Quadrature)], deviation).LogDensity(points);

    private IEnumerable<(Point Mean, double Weight)> Quadrature(Curve curve)
    {
        var pieces = Pieces / curves.Count;
        var half = (curve.End - curve.Start) / pieces / 2;
        return Enumerable.Range(0, pieces).SelectMany(piece => Nodes.Select(node =>
            (curve.At(curve.Start + half * (2 * piece + 1 + node.Place)), node.Weight / (pieces * curves.Count))));
    }
}
