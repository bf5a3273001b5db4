using static TorchSharp.torch;

namespace GenBench.Experiments.Results;

/// <summary>Draws samples beside their nearest training images: what they may have been copied from.</summary>
public static class NeighbourPanel
{
    /// <summary>Writes pairs, the sample left and its neighbour right, those at the smallest distance first; atomically, the
    /// same bytes for the same images.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="samples">uint8 [M, C, H, W].</param>
    /// <param name="train">uint8 [N, C, H, W].</param>
    /// <param name="indices">For each sample the row of its nearest training image.</param>
    /// <param name="distances">For each sample the distance to it.</param>
    /// <param name="pairs">Number of pairs, at most; fewer where there are fewer samples.</param>
    /// <param name="columns">Pairs in a row.</param>
    /// <param name="scale">Screen pixels per image pixel along a side.</param>
    /// <exception cref="ArgumentException">Sizes are not positive or do not fit each other.</exception>
    public static void Write(
        string path, Tensor samples, Tensor train, IReadOnlyList<long> indices, IReadOnlyList<double> distances,
        int pairs = 32, int columns = 4, int scale = 2)
    {
        if (indices.Count != samples.shape[0] || distances.Count != samples.shape[0])
            throw new ArgumentException($"{samples.shape[0]} samples have {indices.Count} neighbours at {distances.Count} distances");
        using var scope = NewDisposeScope();
        long[] shown = [.. Enumerable.Range(0, indices.Count).OrderBy(i => distances[i]).Take(pairs).Select(i => (long)i)];
        var left = samples.index_select(0, tensor(shown));
        var right = train.index_select(0, tensor(shown.Select(i => indices[(int)i]).ToArray()));
        var pixels = stack([left, right], 1).flatten(0, 1).permute(0, 2, 3, 1).contiguous();
        var (n, h, w, c) = ((int)pixels.shape[0], (int)pixels.shape[1], (int)pixels.shape[2], (int)pixels.shape[3]);
        ImageGrid.Write(path, pixels.bytes.ToArray(), n, h, w, c, 2 * columns, scale);
    }
}
