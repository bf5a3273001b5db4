namespace GenBench.Tests.Data;

/// <summary>Pearson's test of counts.</summary>
internal static class ChiSquare
{
    /// <summary>Cells that expect fewer than five are taken together. The statistic may be five of its standard deviations from its mean.</summary>
    internal static void AssertFits(IReadOnlyList<double> counts, IReadOnlyList<double> expected)
    {
        var cells = counts.Zip(expected).Where(cell => cell.Second >= 5).ToList();
        cells.Add((counts.Sum() - cells.Sum(cell => cell.First), expected.Sum() - cells.Sum(cell => cell.Second)));
        var statistic = cells.Where(cell => cell.Second > 0).Sum(cell => (cell.First - cell.Second) * (cell.First - cell.Second) / cell.Second);
        var freedom = cells.Count - 1;
        Assert.InRange(statistic, freedom - 5 * Math.Sqrt(2 * freedom), freedom + 5 * Math.Sqrt(2 * freedom));
    }
}
