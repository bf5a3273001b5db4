namespace GenBench.Data;

/// <summary>A point or direction in the plane.</summary>
internal readonly record struct Point(double X, double Y)
{
    internal double Length => Math.Sqrt(X * X + Y * Y);

    public static Point operator -(Point a, Point b) => new(a.X - b.X, a.Y - b.Y);

    public static Point operator *(Point a, double s) => new(a.X * s, a.Y * s);

    internal static double Dot(Point a, Point b) => a.X * b.X + a.Y * b.Y;
}

/// <summary>A class of shape: its name and its outline within the unit circle.</summary>
/// <param name="Name">Name of the class.</param>
/// <param name="Distance">Signed distance of a point to the outline, negative inside.</param>
internal sealed record ShapeClass(string Name, Func<Point, double> Distance)
{
    /// <summary>The classes in the order of their labels. No two are alike under rotation, and each has a silhouette of
    /// its own still at a diameter of nine pixels.</summary>
    internal static readonly IReadOnlyList<ShapeClass> All =
    [
        new("disc", p => Disc(p, new(0, 0), 1)),
        new("ring", p => Math.Max(Disc(p, new(0, 0), 1), -Disc(p, new(0, 0), 0.55))),
        new("square", Polygon(Regular(4))),
        new("bar", Polygon(Rectangle(0.27))),
        new("triangle", Polygon(Regular(3))),
        new("cross", Polygon(Cross(0.27))),
        new("star", Polygon(Star(5, 0.38))),
        new("crescent", p => Math.Max(Disc(p, new(0, 0), 1), -Disc(p, new(0.55, 0), 0.8))),
        new("semicircle", p => Math.Max(Disc(p, new(0, 0), 1), p.X)),
        new("pair", p => Math.Min(Disc(p, new(-0.6, 0), 0.4), Disc(p, new(0.6, 0), 0.4))),
    ];

    private static double Disc(Point p, Point centre, double radius) => (p - centre).Length - radius;

    /// <summary>Signed distance to a simple polygon: the nearest edge, and inside where a ray crosses an odd number.</summary>
    private static Func<Point, double> Polygon(Point[] corners) => p =>
    {
        var (squared, inside) = (double.PositiveInfinity, false);
        var a = corners[^1];
        foreach (var b in corners)
        {
            var (edge, offset) = (b - a, p - a);
            var nearest = offset - edge * Math.Clamp(Point.Dot(offset, edge) / Point.Dot(edge, edge), 0, 1);
            squared = Math.Min(squared, Point.Dot(nearest, nearest));
            if (a.Y > p.Y != b.Y > p.Y)
                inside ^= offset.X < offset.Y * edge.X / edge.Y;
            a = b;
        }
        return inside ? -Math.Sqrt(squared) : Math.Sqrt(squared);
    };

    private static Point[] Regular(int corners) => [.. Enumerable.Range(0, corners).Select(i => OnCircle(i / (double)corners))];

    /// <summary>A star whose notches lie at radius <paramref name="inner"/>.</summary>
    private static Point[] Star(int tips, double inner) =>
        [.. Enumerable.Range(0, 2 * tips).Select(i => OnCircle(i / (2.0 * tips)) * (i % 2 == 0 ? 1 : inner))];

    /// <summary>A point of the unit circle, to nine digits: mathematical libraries differ in the last.</summary>
    private static Point OnCircle(double turn) =>
        new(Math.Round(Math.Cos(2 * Math.PI * turn), 9), Math.Round(Math.Sin(2 * Math.PI * turn), 9));

    private static Point[] Rectangle(double halfWidth)
    {
        var reach = Math.Sqrt(1 - halfWidth * halfWidth);
        return [new(-reach, -halfWidth), new(reach, -halfWidth), new(reach, halfWidth), new(-reach, halfWidth)];
    }

    private static Point[] Cross(double w)
    {
        var r = Math.Sqrt(1 - w * w);
        return [new(r, -w), new(r, w), new(w, w), new(w, r), new(-w, r), new(-w, w), new(-r, w), new(-r, -w), new(-w, -w), new(-w, -r), new(w, -r), new(w, -w)];
    }
}
