using System.Globalization;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Reporting;
using GenBench.Experiments.Results;

namespace GenBench.Tests.Reporting;

public sealed class ControlReportTests : IDisposable
{
    private readonly SyntheticResults results = new();

    public void Dispose() => results.Dispose();

    private static ControlChoice Choice(int samples, params (string Option, double Size)[] changed) => new(
        "resample", 1, [], changed.Length == 0 ? "resample" : $"resample({string.Join(", ", changed.Select(option => string.Create(CultureInfo.InvariantCulture, $"{option.Option}={option.Size}")))})", samples)
    {
        Changed = new JsonObject(changed.Select(option => KeyValuePair.Create(option.Option, (JsonNode?)option.Size))),
    };

    private static MetricRow Row(string metric, double value, double? low = null, double? high = null, string kind = "") => new(metric, value, low, high, 100, "", kind, "a protocol");

    private static MetricRow[] Difference(string metric, (double Low, double High)? interval) =>
        interval is { } given ? [Row(metric, (given.Low + given.High) / 2, given.Low, given.High, ControlKinds.Difference)] : [];

    /// <summary>Controls of one dataset with figures of two metrics; of each disturbed setting the differences' intervals are given.</summary>
    private void Add(params (ControlChoice Choice, (double Low, double High)? Distance, (double Low, double High)? Share)[] settings)
    {
        var dataset = new DatasetChoice("shapes", [], new DataSpec(new ImageShape(1, 16, 16), 10));
        var document = new ControlDocument(1, "seen", dataset, "feed", new EvaluationSpec(), [.. settings.Select(setting => setting.Choice)]);
        var cell = new CellFolder(Path.Combine(results.Path, "seen", "controls-shapes-feed"));
        Directory.CreateDirectory(cell.Path);
        CellDocuments.WriteControls(cell.ControlsJson, document);
        foreach (var (choice, distance, share) in settings)
        {
            var folder = new EvaluationFolder(Path.Combine(cell.Evaluations, document.Folder(choice)));
            EvaluationStore.WriteInfo(folder, new EvaluationInfo(choice.Label, document.Key(choice), choice.Samples, choice.Kind));
            CsvFile.Write(folder.Metrics,
            [
                Row("fid_clf", 3, 2.5, 3.5), Row("recall", 0.5, 0.4, 0.6), Row("fid_clf", 2, kind: ControlKinds.Exact), Row("fid_clf", 2.75, kind: ControlKinds.Expected),
                .. Difference("fid_clf", distance), .. Difference("recall", share),
            ]);
            SyntheticResults.AddGrid(folder);
        }
    }

    private void AddAll() => Add(
        (Choice(100), null, null), (Choice(50), (-1, 1), (-1, 1)), (Choice(25), (1, 2), (-1, 1)),
        (Choice(100, ("shift", 16)), (5, 6), (-2, 1)), (Choice(100, ("shift", 4)), (-1, 1), (-3, -2)), (Choice(100, ("shift", 8)), (2, 3), (-1, 1)),
        (Choice(100, ("copies", 0.5)), (-1, 1), (-1, 1)), (Choice(100, ("shift", 4), ("copies", 0.5)), (1, 2), (1, 2)));

    [Fact]
    public void What_is_seen_follows_from_the_intervals_alone()
    {
        AddAll();
        var table = Assert.Single(ReportBuilder.Tables([results.Path]));
        Assert.Equal("controls of shapes", table.Title);
        Assert.Equal(["disturbance", "fid_clf", "recall"], table.Compact().Columns.Select(column => column.Header));
        Assert.Equal(
        [
            "resample: n below 100 | ↑ at 25 and below | not seen",
            "resample: shift, n = 100 | ↑ from 8 | ↓ only at 4",
            "resample: copies, n = 100 | not seen | not seen",
        ], table.Rows.Select(row => string.Join(" | ", row.Select(cell => cell.Text))));
    }

    [Fact]
    public void The_report_has_differences_figures_and_a_plot_for_each_disturbance()
    {
        AddAll();
        ReportBuilder.Build([results.Path], results.Report);
        var report = results.ReportText("report.md");
        Assert.Contains("## controls of shapes", report, StringComparison.Ordinal);
        Assert.Contains("| resample: shift, n = 100 | 8 | **2.500 \\[2.000, 3.000\\]** | 0.000 \\[-1.000, 1.000\\] |", report, StringComparison.Ordinal);
        Assert.Contains("| resample(shift=4, copies=0.5) | 100 | 3.000 \\[2.500, 3.500\\]; exact 2.000; expected 2.750 |", report, StringComparison.Ordinal);
        Assert.Equal(
            ["controls-of-shapes-resample-copies-n-100", "controls-of-shapes-resample-n-below-100", "controls-of-shapes-resample-shift-n-100"],
            Directory.GetFiles(results.Report + "/plots", "*.png").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));
        Assert.Equal(3, Directory.GetFiles(results.Report + "/plots", "*.svg").Length);
        Assert.Contains("controls-shapes-feed", File.ReadAllText(results.Report + "/results.csv"), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(results.Report + "/samples").Length);
        var page = results.ReportText("index.html");
        Assert.All(System.Text.RegularExpressions.Regex.Matches(page, "(?:src|href)=\"([^\"]+)\"").Select(match => match.Groups[1].Value),
            link => Assert.True(File.Exists(Path.Combine(results.Report, link)), link));
    }

    [Fact]
    public void The_same_figures_give_the_same_plots_under_another_culture()
    {
        AddAll();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            ReportBuilder.Build([results.Path], results.Report);
            var first = Plots();
            var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (foreign.NumberFormat.NumberDecimalSeparator, foreign.NumberFormat.NegativeSign) = (",", "~");
            CultureInfo.CurrentCulture = foreign;
            ReportBuilder.Build([results.Path], results.Report);
            Assert.Equal(first, Plots());
            Assert.Equal(6, first.Length);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Controls_stand_beside_models_of_the_same_experiment_and_a_setting_without_figures_is_left_out()
    {
        results.AddCell("vae", experiment: "seen", dataset: "shapes");
        Add((Choice(100), null, null), (Choice(100, ("shift", 4)), (1, 2), (1, 2)));
        var folder = Directory.GetDirectories(Path.Combine(results.Path, "seen", "controls-shapes-feed", "evaluations")).Order(StringComparer.Ordinal)
            .Single(path => File.ReadAllText(Path.Combine(path, "evaluation.json")).Contains("shift", StringComparison.Ordinal));
        Assert.Equal(["shapes", "controls of shapes"], ReportBuilder.Tables([results.Path]).Select(table => table.Title));
        Directory.Delete(folder, recursive: true);
        Assert.Empty(ReportBuilder.Tables([results.Path])[1].Rows);
    }

    private string[] Plots() => [.. Directory.GetFiles(results.Report + "/plots").Order(StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)} {Convert.ToHexString(File.ReadAllBytes(path))}")];
}
