using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Oracle;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

/// <summary>Laws of images of two pixels, which are few enough to be counted.</summary>
internal static class PixelPairs
{
    internal static readonly ImageShape Shape = new(1, 1, 2);

    /// <summary>The probabilities of all 65,536 images: at 256·x₀ + x₁.</summary>
    internal static double[] Probabilities(OracleLaw law)
    {
        using var scope = NewDisposeScope();
        byte[] pixels = [.. Enumerable.Range(0, 65_536).SelectMany(pair => new[] { (byte)(pair >> 8), (byte)pair })];
        using var all = ImageSplits.FromBytes(pixels, 65_536, Shape);
        return law.LogProbability(all.Images).exp().data<double>().ToArray();
    }

    /// <summary>How many of the images 0 … n − 1 are which.</summary>
    internal static double[] Counts(OracleLaw law, int n)
    {
        using var split = law.Images(3, 0, n);
        var counts = new double[65_536];
        foreach (var pair in split.Images.bytes.ToArray().Chunk(2))
            counts[256 * pair[0] + pair[1]]++;
        return counts;
    }
}
