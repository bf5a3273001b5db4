using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>Euclidean distances between two sets, a tile of rows at a time: 32 MB, whatever the sizes.</summary>
internal static class DistanceTile
{
    private const long Elements = 4_000_000;

    /// <summary>Splits <paramref name="count"/> rows from <paramref name="first"/> into tiles against so many columns.</summary>
    internal static IEnumerable<(long Start, long Length)> Split(long first, long count, long columns)
    {
        var rows = Math.Max(1, Elements / columns);
        for (var start = first; start < first + count; start += rows)
            yield return (start, Math.Min(rows, first + count - start));
    }

    /// <summary>‖a_i − b_j‖, float64 [A, B], from differences: the same two points give the same bits in every tile and
    /// in either order, and equal points give 0.</summary>
    internal static Tensor Between(Tensor a, Tensor b) => cdist(a, b, 2, compute_mode.donot_use_mm_for_euclid_dist);
}
