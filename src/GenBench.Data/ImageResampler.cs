using System.Buffers;
using System.Collections.Concurrent;

namespace GenBench.Data;

/// <summary>
/// Resizes planes of bytes to a square, separably: <c>area</c> is the mean over the area that a new pixel covers,
/// <c>lanczos</c> Lanczos' filter of three lobes, widened where the image shrinks. Sums are float64 in a fixed order and
/// Lanczos' weights are cut to multiples of 2⁻²⁰, so the bytes are the same on every machine; rounded half to even.
/// </summary>
/// <param name="resolution">Height and width of the result, at least 1.</param>
/// <param name="filter"><c>area</c> or <c>lanczos</c>.</param>
public sealed class ImageResampler(int resolution, string filter)
{
    private const int Lobes = 3;
    private const double WeightUnit = 1.0 / (1 << 20);
    private readonly ConcurrentDictionary<int, Taps[]> axes = new();

    /// <summary>The pixels that one new pixel is made of.</summary>
    private readonly record struct Taps(int First, double[] Weights);

    /// <summary>Resizes one plane.</summary>
    /// <param name="plane">[height, width].</param>
    /// <param name="height">Its height.</param>
    /// <param name="width">Its width.</param>
    /// <param name="target">[resolution, resolution].</param>
    public void Resize(ReadOnlySpan<byte> plane, int height, int width, Span<byte> target)
    {
        if (height == resolution && width == resolution)
        {
            plane[..(height * width)].CopyTo(target);
            return;
        }
        var rows = ArrayPool<double>.Shared.Rent(height * resolution);
        Across(plane, height, width, rows);
        Down(rows, height, target);
        ArrayPool<double>.Shared.Return(rows);
    }

    private void Across(ReadOnlySpan<byte> plane, int height, int width, Span<double> target)
    {
        var taps = Axis(width);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < resolution; x++)
            {
                var pixels = plane.Slice(y * width + taps[x].First, taps[x].Weights.Length);
                var sum = 0.0;
                for (var k = 0; k < pixels.Length; k++)
                    sum += taps[x].Weights[k] * pixels[k];
                target[y * resolution + x] = sum;
            }
    }

    private void Down(ReadOnlySpan<double> rows, int height, Span<byte> target)
    {
        var sums = new double[resolution];
        foreach (var (y, taps) in Axis(height).Index())
        {
            Array.Clear(sums);
            foreach (var (k, weight) in taps.Weights.Index())
            {
                var row = rows.Slice((taps.First + k) * resolution, resolution);
                for (var x = 0; x < row.Length; x++)
                    sums[x] += weight * row[x];
            }
            for (var x = 0; x < resolution; x++)
                target[y * resolution + x] = (byte)Math.Clamp(Math.Round(sums[x]), 0, 255);
        }
    }

    private Taps[] Axis(int length) => axes.GetOrAdd(length, from =>
        [.. Enumerable.Range(0, resolution).Select(i => filter == "area" ? Area(i, from) : Lanczos(i, from))]);

    /// <summary>In units of 1/resolution pixel i covers [i·from, (i + 1)·from) and old pixel k [k·resolution, (k + 1)·resolution).</summary>
    private Taps Area(int i, int from)
    {
        var (low, high) = ((long)i * from, (long)(i + 1) * from);
        var first = (int)(low / resolution);
        var last = (int)((high - 1) / resolution);
        return new Taps(first, [.. Enumerable.Range(first, last - first + 1)
            .Select(k => (Math.Min(high, (k + 1L) * resolution) - Math.Max(low, (long)k * resolution)) / (double)from)]);
    }

    private Taps Lanczos(int i, int from)
    {
        var scale = Math.Max(1.0, (double)from / resolution);
        var centre = (i + 0.5) * from / resolution;
        var first = Math.Max(0, (int)Math.Floor(centre - Lobes * scale));
        var last = Math.Min(from - 1, (int)Math.Ceiling(centre + Lobes * scale));
        var weights = Enumerable.Range(first, last - first + 1).Select(k => Window((k + 0.5 - centre) / scale)).ToArray();
        var sum = weights.Sum();
        return new Taps(first, [.. weights.Select(weight => Math.Round(weight / sum / WeightUnit) * WeightUnit)]);
    }

    private static double Window(double x) => Math.Abs(x) >= Lobes ? 0 : Sinc(x) * Sinc(x / Lobes);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
