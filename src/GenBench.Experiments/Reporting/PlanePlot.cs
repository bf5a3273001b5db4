using GenBench.Core;
using GenBench.Experiments.Results;
using ScottPlot;

namespace GenBench.Experiments.Reporting;

/// <summary>Points in the plane in one figure of small panels: the truth, and the samples of every row, each beside its density where that is
/// known exactly. All panels show the same window, all densities one scale of colours.</summary>
internal static class PlanePlot
{
    private const int Columns = 4;
    private const int PanelPixels = 240;
    private const int MostPoints = 600;
    private const float MostTitle = 420; // letters times their size, for a title to fit above its panel
    private const double Pitch = 1.16; // from panel to panel, in panels: room for a title

    private sealed record Panel(string Title, Color Color, IReadOnlyList<PlanePoint> Points, IReadOnlyList<PlaneDensity> Density);

    private sealed record Window(double Left, double Bottom, double Side)
    {
        public Coordinates Place(double x, double y, Coordinates corner) => new(corner.X + (x - Left) / Side, corner.Y + (y - Bottom) / Side);

        public bool Holds(PlanePoint point) => point.X >= Left && point.X <= Left + Side && point.Y >= Bottom && point.Y <= Bottom + Side;
    }

    /// <summary>The figure; null where the dataset is none of points in the plane, or has no truth to show.</summary>
    public static (PlotFile File, Plot Plot)? Of(DatasetResults dataset)
    {
        if (dataset.TruthPoints is null || Panels(dataset).ToArray() is not { Length: > 1 } panels)
            return null;
        var window = WindowOf(panels);
        var highest = HighestDensity(panels);
        var rows = (panels.Length + Columns - 1) / Columns;
        var title = $"{dataset.Name}: samples and exact densities";
        var plot = PlotStyle.New(title, "", "");
        plot.HideAxesAndGrid();
        plot.Title(title, 16);
        foreach (var (index, panel) in panels.Index())
            Draw(plot, panel, new Coordinates(index % Columns * Pitch, -(index / Columns) * Pitch), window, highest);
        plot.Axes.SetLimits(-.05, Columns * Pitch - .11, -(rows - 1) * Pitch - .05, Pitch);
        return (new PlotFile(title, $"{PlotFile.Slug(dataset.Name)}-plane") { OwnHeight = rows * PanelPixels + 40 }, plot);
    }

    private static IEnumerable<Panel> Panels(DatasetResults dataset)
    {
        yield return Samples("truth", Colors.Black, dataset.TruthPoints!);
        if (dataset.TruthDensity is { } truth)
            yield return Density("true density", truth);
        foreach (var (index, model) in dataset.Rows.Where(row => row.Points is not null).GroupBy(row => (row.Experiment, row.Model)).Index())
        {
            foreach (var row in model)
                yield return Samples(model.Count() > 1 ? row.Label : row.Model, PlotStyle.Series(index), row.Points!);
            if (model.First().Density is { } density)
                yield return Density($"{model.Key.Model}, density", density);
        }
    }

    private static Panel Samples(string title, Color color, string path) => new(title, color, [.. ResultsTree.ReadCsv<PlanePoint>(path).Take(MostPoints)], []);

    private static Panel Density(string title, string path)
    {
        var grid = ResultsTree.ReadCsv<PlaneDensity>(path);
        var side = SideOf(grid);
        return side > 1 && side * side == grid.Count
            ? new Panel(title, Colors.Black, [], grid)
            : throw new BadInputException($"{path}: {grid.Count} rows are no square grid; run the experiment again");
    }

    private static int SideOf(IReadOnlyList<PlaneDensity> grid) => (int)Math.Round(Math.Sqrt(grid.Count));

    /// <summary>The square that the densities' grids cover; without any, the one about the truth.</summary>
    private static Window WindowOf(Panel[] panels)
    {
        var grid = panels.Select(panel => panel.Density).FirstOrDefault(density => density.Count > 0);
        IReadOnlyList<PlanePoint> shown = grid is null ? panels[0].Points : [.. grid.Select(cell => new PlanePoint(cell.X, cell.Y))];
        var (left, right, bottom, top) = (shown.Min(point => point.X), shown.Max(point => point.X), shown.Min(point => point.Y), shown.Max(point => point.Y));
        // A grid ends half a cell outside its outer centres.
        var side = Math.Max(right - left, top - bottom) * (grid is null ? 1.15 : 1 + 1.0 / (SideOf(grid) - 1));
        return side > 0 ? new Window((left + right - side) / 2, (bottom + top - side) / 2, side) : new Window(left - .5, bottom - .5, 1);
    }

    /// <summary>Where the scale of colours ends: the greatest value of the first density, the true one where that is known.</summary>
    private static double HighestDensity(Panel[] panels) => panels.Where(panel => panel.Density.Count > 0).Take(1)
        .Select(panel => panel.Density.Select(cell => cell.Density).Where(density => density > 0 && double.IsFinite(density)).DefaultIfEmpty(1).Max()).FirstOrDefault(1);

    private static void Draw(Plot plot, Panel panel, Coordinates corner, Window window, double highest)
    {
        if (panel.Density.Count > 0)
            DrawDensity(plot, panel.Density, corner, window, highest);
        var inside = panel.Points.Where(window.Holds).ToArray();
        if (inside.Length > 0)
        {
            var places = inside.Select(point => window.Place(point.X, point.Y, corner)).ToArray();
            var dots = plot.Add.Scatter(places.Select(place => place.X).ToArray(), places.Select(place => place.Y).ToArray(), panel.Color.WithAlpha(.6));
            dots.LineWidth = 0;
            dots.MarkerSize = 2.5f;
        }
        var frame = plot.Add.Scatter(new[] { corner.X, corner.X + 1, corner.X + 1, corner.X, corner.X }, new[] { corner.Y, corner.Y, corner.Y + 1, corner.Y + 1, corner.Y }, Colors.Gray);
        frame.LineWidth = 1;
        frame.MarkerSize = 0;
        Write(plot, panel.Title, new Coordinates(corner.X + .5, corner.Y + 1.06), Math.Min(11, MostTitle / panel.Title.Length), Alignment.MiddleCenter);
        if (panel.Points.Count > inside.Length)
            Write(plot, $"{FigureText.Integer(panel.Points.Count - inside.Length)} beyond", new Coordinates(corner.X + .98, corner.Y + .05), 9, Alignment.MiddleRight);
    }

    private static void Write(Plot plot, string text, Coordinates place, float size, Alignment alignment)
    {
        var label = plot.Add.Text(text, place);
        label.LabelFontSize = size;
        label.LabelAlignment = alignment;
    }

    private static void DrawDensity(Plot plot, IReadOnlyList<PlaneDensity> grid, Coordinates corner, Window window, double highest)
    {
        var side = SideOf(grid);
        var cells = new double[side, side]; // the top row first
        foreach (var (index, cell) in grid.Index())
            cells[index / side, index % side] = double.IsNaN(cell.Density) ? 0 : Math.Min(cell.Density, highest);
        var (first, last) = (grid[0], grid[^1]);
        var topLeft = window.Place(first.X, first.Y, corner);
        var bottomRight = window.Place(last.X, last.Y, corner);
        var heatmap = plot.Add.Heatmap(cells);
        heatmap.ManualRange = new(0, highest);
        heatmap.Position = new(topLeft.X, bottomRight.X, bottomRight.Y, topLeft.Y); // the outer cells' centres
    }
}
