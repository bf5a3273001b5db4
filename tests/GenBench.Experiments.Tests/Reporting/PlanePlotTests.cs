using GenBench.Core;
using GenBench.Experiments.Reporting;
using GenBench.Experiments.Results;
using static GenBench.Tests.Reporting.SyntheticResults;

namespace GenBench.Tests.Reporting;

public sealed class PlanePlotTests : IDisposable
{
    private readonly SyntheticResults results = new();

    public void Dispose() => results.Dispose();

    [Fact]
    public void Samples_densities_and_the_truth_are_one_figure_of_the_same_bytes_every_time()
    {
        Fill();
        ReportBuilder.Build([results.Path], results.Report);
        var plot = Path.Combine(results.Report, "plots", "moons-plane");
        var (png, svg) = (File.ReadAllBytes(plot + ".png"), File.ReadAllBytes(plot + ".svg"));
        Assert.True(png.Length > 5000);
        ReportBuilder.Build([results.Path], results.Report);
        Assert.Equal(png, File.ReadAllBytes(plot + ".png"));
        Assert.Equal(svg, File.ReadAllBytes(plot + ".svg"));
        Assert.Contains("plots/moons-plane.svg", results.ReportText("index.html"), StringComparison.Ordinal);
        Assert.Contains("plots/moons-plane.png", results.ReportText("report.md"), StringComparison.Ordinal);
        Assert.DoesNotContain("Samples</h3>", results.ReportText("index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_points_there_is_no_such_figure()
    {
        AddEvaluation(results.AddCell("vae"), "direct-1", new EvaluationInfo("direct", "aa", 500), Fid(3));
        ReportBuilder.Build([results.Path], results.Report);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(results.Report, "plots")), file => file.Contains("plane", StringComparison.Ordinal));
    }

    [Fact]
    public void A_density_that_is_no_square_grid_is_named()
    {
        var truth = Fill();
        CsvFile.Write(truth.TruthDensity, Grid(4).Take(15));
        var error = Assert.Throws<BadInputException>(() => ReportBuilder.Build([results.Path], results.Report));
        Assert.StartsWith($"{truth.TruthDensity}: 15 rows are no square grid", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A flow with a density, a model without, and the truth.</summary>
    private CellFolder Fill()
    {
        var flow = results.AddCell("realnvp", dataset: "moons");
        AddPoints(AddEvaluation(flow, "direct-1", new EvaluationInfo("direct", "aa", 500), Distance(0.2)), 1.1);
        CsvFile.Write(AddEvaluation(flow, "likelihood-1", new EvaluationInfo("", "bb", 0), new MetricRow("nll", 2, null, null, 500, "nats", "exact", "all")).Density, Grid(10));
        AddPoints(AddEvaluation(results.AddCell("dcgan", dataset: "moons"), "direct-1", new EvaluationInfo("direct", "aa", 500), Distance(0.4)), 9);
        var truth = results.AddBaseline("real-train", 500, dataset: "moons", rows: Distance(0.1));
        CsvFile.Write(truth.TruthPoints, Circle(1));
        CsvFile.Write(truth.TruthDensity, Grid(10));
        return truth;
    }

    private static void AddPoints(EvaluationFolder evaluation, double radius) => CsvFile.Write(evaluation.Points, Circle(radius));

    private static IEnumerable<PlanePoint> Circle(double radius) =>
        Enumerable.Range(0, 100).Select(i => new PlanePoint(radius * Math.Cos(i), radius * Math.Sin(i)));

    private static IEnumerable<PlaneDensity> Grid(int side) => Enumerable.Range(0, side * side)
        .Select(i => new PlaneDensity(i % side - side / 2.0, side / 2.0 - i / side, 1.0 / (1 + i)));

    private static MetricRow Distance(double value) => new("sliced_wasserstein", value, null, null, 500, "", "", "raw vectors");
}
