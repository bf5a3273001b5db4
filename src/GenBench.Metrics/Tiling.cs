namespace GenBench.Metrics;

/// <summary>Splits the rows of a large matrix into tiles of 32 MB, whatever its size.</summary>
internal static class Tiling
{
    private const long Elements = 4_000_000;

    /// <summary>Splits <paramref name="count"/> rows from <paramref name="first"/> into tiles of so many columns; cancellation ends the
    /// walk before the next one.</summary>
    internal static IEnumerable<(long Start, long Length)> Split(long first, long count, long columns, CancellationToken cancellation = default)
    {
        var rows = Math.Max(1, Elements / columns);
        for (var start = first; start < first + count; start += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return (start, Math.Min(rows, first + count - start));
        }
    }
}
