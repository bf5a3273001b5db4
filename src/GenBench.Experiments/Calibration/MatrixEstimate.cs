using GenBench.Experiments.Matrix;

namespace GenBench.Experiments.Calibration;

/// <summary>What a whole matrix will take, from the calibration of its cells.</summary>
/// <param name="Seconds">From start to end.</param>
/// <param name="Bytes">Disk that the results keep.</param>
/// <param name="PeakBytes">Disk at most, with the checkpoints of the cells that run at a time.</param>
public sealed record MatrixEstimate(double Seconds, long Bytes, long PeakBytes)
{
    private const int BaselinesPerCount = 3;

    /// <summary>Adds the cells and the baselines of their datasets up.</summary>
    /// <param name="cells">The cells that are still to be run.</param>
    /// <param name="calibrations">By the cells' ids.</param>
    /// <param name="workers">Cells run at a time; with several, the timing of sampling is a last phase of its own.</param>
    public static MatrixEstimate Of(IReadOnlyList<Cell> cells, IReadOnlyDictionary<string, CellCalibration> calibrations, int workers)
    {
        var measured = cells.Select(cell => calibrations[cell.Id]).ToArray();
        var baselines = cells.GroupBy(cell => CellKeys.Dataset(cell.Dataset)).Select(group =>
        {
            var like = calibrations[group.First().Id];
            var images = group.SelectMany(cell => cell.Samplers.Select(choice => choice.Samples)).Distinct().Sum();
            return like.SetupSeconds + like.ReferenceSeconds + BaselinesPerCount * like.MetricSecondsPerImage * images;
        });
        var bytes = measured.Sum(cell => cell.Bytes);
        var peak = bytes + measured.Select(cell => cell.PassingBytes).OrderDescending().Take(workers).Sum();
        if (workers == 1)
            return new MatrixEstimate(measured.Sum(cell => cell.Seconds) + baselines.Sum(), bytes, peak);
        double[] parallel = [.. measured.Select(cell => cell.Seconds - cell.CostSeconds), .. baselines];
        var last = measured.Sum(cell => cell.SetupSeconds + cell.CostSeconds);
        return new MatrixEstimate(Spread(parallel, workers) + last, bytes, peak);
    }

    /// <summary>When the last ends, each going to the worker that is free first, the longest first.</summary>
    private static double Spread(IReadOnlyList<double> seconds, int workers)
    {
        var busy = new double[workers];
        foreach (var each in seconds.OrderDescending())
            busy[Array.IndexOf(busy, busy.Min())] += each;
        return busy.Max();
    }
}
