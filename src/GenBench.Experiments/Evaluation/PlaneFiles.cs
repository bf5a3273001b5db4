using GenBench.Core;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>What the report draws of points in the plane: the first of a sample, and densities on a grid that is the dataset's own, so that
/// pictures of models and of the truth compare.</summary>
internal static class PlaneFiles
{
    private const int ShownPoints = 1000;
    private const int GridSide = 80;
    private const double Margin = 1.1; // the grid's width over that of the test split

    /// <summary>Whether such data can be drawn.</summary>
    internal static bool Shows(DataSpec data) => data.IsPoints && data.Shape.Channels == 2;

    /// <summary>Writes the density that the test split is drawn from, where it is known, and some of the split last, which says that both are
    /// there; once.</summary>
    internal static void WriteTruth(CellFolder folder, Dataset dataset)
    {
        if (File.Exists(folder.TruthPoints))
            return;
        if (dataset.LogProbability is { } logDensity)
            WriteDensity(folder.TruthDensity, dataset, logDensity);
        WritePoints(folder.TruthPoints, dataset.Test.Images);
    }

    /// <summary>Writes the first points.</summary>
    /// <param name="path">The file.</param>
    /// <param name="points">float32 [N, 2, 1, 1].</param>
    internal static void WritePoints(string path, Tensor points)
    {
        using var scope = NewDisposeScope();
        var shown = points.narrow(0, 0, Math.Min(ShownPoints, points.shape[0])).contiguous().data<float>().ToArray();
        CsvFile.Write(path, shown.Chunk(2).Select(point => new PlanePoint(point[0], point[1])));
    }

    /// <summary>Writes a density on the dataset's grid.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="logDensity">From points float32 [B, 2, 1, 1] to ln p, [B].</param>
    internal static void WriteDensity(string path, Dataset dataset, Func<Tensor, Tensor> logDensity)
    {
        using var scope = NewDisposeScope();
        var grid = Grid(dataset.Test.Images);
        var points = tensor(grid.SelectMany(point => new[] { (float)point.X, (float)point.Y }).ToArray()).reshape(grid.Count, 2, 1, 1);
        var densities = logDensity(points).to(ScalarType.Float64).exp().data<double>().ToArray();
        CsvFile.Write(path, grid.Zip(densities, (point, density) => new PlaneDensity(point.X, point.Y, density)));
    }

    /// <summary>The centres of the cells of a square about the points, row by row from the top.</summary>
    private static IReadOnlyList<PlanePoint> Grid(Tensor points)
    {
        var (low, high) = (points.amin([0L]).data<float>().ToArray(), points.amax([0L]).data<float>().ToArray());
        var half = Math.Max(high[0] - low[0], high[1] - low[1]) / 2 * Margin;
        var (centreX, centreY) = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2);
        double Offset(int cell) => half * ((2 * cell + 1.0) / GridSide - 1);
        return [.. Enumerable.Range(0, GridSide * GridSide).Select(cell =>
            new PlanePoint(centreX + Offset(cell % GridSide), centreY - Offset(cell / GridSide)))];
    }
}
