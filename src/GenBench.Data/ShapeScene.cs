using GenBench.Core;

namespace GenBench.Data;

/// <summary>
/// What one image of <see cref="Shapes"/> shows, drawn from (seed, index) alone and free of any resolution: the image is
/// the square [−1, 1]², x to the right and y down. Only operations that IEEE 754 rounds exactly are used, so the pixels
/// are the same on every machine.
/// </summary>
/// <param name="Label">The class.</param>
/// <param name="Centre">Centre of the shape.</param>
/// <param name="Radius">Circumradius of the shape.</param>
/// <param name="Axis">Unit vector along the shape's own x axis.</param>
/// <param name="Foreground">The shape's colour, red, green and blue in [0, 1]; for gray images the first alone.</param>
/// <param name="Background">Colour of the rest.</param>
internal sealed record ShapeScene(int Label, Point Centre, double Radius, Point Axis, double[] Foreground, double[] Background)
{
    private const double Margin = 0.05;

    /// <summary>Draws the scene of an image.</summary>
    internal static ShapeScene Draw(ulong seed, long index, bool rgb)
    {
        var random = new CounterRandom(Seeds.Of(seed, (ulong)index));
        var label = random.Below(ShapeClass.All.Count);
        var radius = random.Uniform(0.6, 0.88);
        var play = 1 - Margin - radius;
        var centre = new Point(random.Uniform(-play, play), random.Uniform(-play, play));
        var axis = Direction(ref random);
        return rgb
            ? new(label, centre, radius, axis, Vivid(ref random), [Dark(ref random), Dark(ref random), Dark(ref random)])
            : new(label, centre, radius, axis, [random.Uniform(0.6, 1)], [Dark(ref random)]);
    }

    /// <summary>A uniform direction: a point of the unit disc by rejection, since cosines differ between machines.</summary>
    private static Point Direction(ref CounterRandom random)
    {
        while (true)
        {
            var point = new Point(random.Uniform(-1, 1), random.Uniform(-1, 1));
            var length = point.Length;
            if (length is > 0.01 and <= 1)
                return new Point(point.X / length, point.Y / length);
        }
    }

    private static double Dark(ref CounterRandom random) => random.Uniform(0, 0.3);

    /// <summary>A colour of any hue (H), saturation ≥ 0.3 (S) and value ≥ 0.7 (V).</summary>
    private static double[] Vivid(ref CounterRandom random)
    {
        var (hue, saturation, value) = (random.Uniform(0, 6), random.Uniform(0.3, 1), random.Uniform(0.7, 1));
        return [Channel(5), Channel(3), Channel(1)];

        double Channel(int offset)
        {
            var k = (offset + hue) % 6;
            return value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1);
        }
    }

    /// <summary>Paints the scene, plane after plane; a pixel's coverage is ½ less its centre's signed distance in pixels.</summary>
    internal void Paint(Span<byte> pixels, int resolution)
    {
        var distance = ShapeClass.All[Label].Distance;
        var (plane, scale) = (resolution * resolution, Radius * resolution / 2);
        for (var i = 0; i < plane; i++)
        {
            var offset = new Point(PixelCentre(i % resolution) - Centre.X, PixelCentre(i / resolution) - Centre.Y) * (1 / Radius);
            var local = new Point(Point.Dot(offset, Axis), offset.Y * Axis.X - offset.X * Axis.Y);
            // The outline lies in the unit circle, so what is half a pixel outside that is background.
            var coverage = local.Length > 1 + 0.5 / scale ? 0 : Math.Clamp(0.5 - distance(local) * scale, 0, 1);
            for (var channel = 0; channel < Foreground.Length; channel++)
                pixels[channel * plane + i] = (byte)(255 * (Background[channel] + coverage * (Foreground[channel] - Background[channel])) + 0.5);
        }

        double PixelCentre(int position) => (2 * position + 1) / (double)resolution - 1;
    }
}
