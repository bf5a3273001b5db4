using System.Text.Json.Nodes;
using GenBench.Experiments.Reporting;
using GenBench.Experiments.Results;
using static GenBench.Tests.Reporting.SyntheticResults;

namespace GenBench.Tests.Reporting;

public sealed class ReportTableTests : IDisposable
{
    private readonly SyntheticResults results = new();

    public void Dispose() => results.Dispose();

    [Fact]
    public void Several_seeds_give_mean_and_sample_deviation_and_one_seed_its_interval()
    {
        foreach (var (seed, fid) in new[] { (0, 10.0), (1, 12.0), (2, 17.0) })
            AddEvaluation(results.AddCell("vae", seed), "a-1", new EvaluationInfo("", "aa", 500), Fid(fid, low: fid - 1, high: fid + 1));
        AddEvaluation(results.AddCell("gan"), "a-1", new EvaluationInfo("", "aa", 500), Fid(8.125, low: 7.5, high: 8.75));

        // Mean 13; squared deviations 9 + 1 + 16 = 26 over 2 degrees of freedom: √13 = 3.606.
        Assert.Equal("13.00 ± 3.61 (3)", Cell("vae", "fid_clf").Text);
        Assert.Equal("8.125 [7.500, 8.750]", Cell("gan", "fid_clf").Text);
        Assert.Equal("1.29 M", Cell("vae", "parameters").Text);
        Assert.Equal("12.5", Cell("vae", "train device-seconds").Text);
    }

    [Fact]
    public void The_best_is_marked_only_at_the_common_n_and_never_on_a_baseline()
    {
        Add("vae", Fid(30), new MetricRow("recall", .4, null, null, 500, "", "", ""), new MetricRow("density", 2, null, null, 500, "", "", ""));
        Add("gan", Fid(20), new MetricRow("recall", .3, null, null, 500, "", "", ""), new MetricRow("density", .5, null, null, 500, "", "", ""));
        AddEvaluation(results.AddCell("ddpm"), "a-1", new EvaluationInfo("", "aa", 50), Fid(10, n: 50));
        results.AddBaseline("real-train", 500, rows: Fid(1));
        results.AddBaseline("real-train", 50, rows: Fid(5, n: 50));

        Assert.Equal(new ReportCell("20.00", Emphasis.Best), Cell("gan", "fid_clf"));
        Assert.Equal(new ReportCell("30.00"), Cell("vae", "fid_clf"));
        Assert.Equal(new ReportCell("0.4000", Emphasis.Best), Cell("vae", "recall"));
        Assert.All(new[] { "vae", "gan" }, model => Assert.Equal(Emphasis.None, Cell(model, "density").Emphasis));
        Assert.Equal(new ReportCell("10.00 †"), Cell("ddpm", "fid_clf"));
        Assert.Equal(new ReportCell("50 †"), Cell("ddpm", "n"));
        var baselines = Table().Rows.Where(row => row[0] == new ReportCell("real-train", Emphasis.Baseline)).Select(row => row[Column("fid_clf")]);
        Assert.Equal([new ReportCell("1.000"), new ReportCell("5.000 †")], baselines);
        Assert.Contains(Table().Notes, note => note.StartsWith("† n is not 500", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_under_different_protocols_are_not_ranked()
    {
        Add("vae", Fid(30, protocol: "extractor a"));
        Add("gan", Fid(20, protocol: "extractor b"));

        Assert.Equal(Emphasis.None, Cell("gan", "fid_clf").Emphasis);
        Assert.Contains(Table().Notes, note => note.Contains("protocols differ: fid_clf", StringComparison.Ordinal));
    }

    [Fact]
    public void Likelihood_stands_on_every_row_of_its_cell_with_its_kind_and_a_gan_has_none()
    {
        var ddpm = results.AddCell("ddpm", samplers: ["ddim(steps=10)", "ddim(steps=100)"]);
        AddEvaluation(ddpm, "likelihood-1", new EvaluationInfo("", "bb", 0),
            new MetricRow("nll", 1.5, 1.4, 1.6, 100, "bits/dim", "VLB(10 of 1000)", ""));
        AddEvaluation(ddpm, "ddim-100", new EvaluationInfo("ddim(steps=100)", "aa", 500), Fid(3));
        AddEvaluation(ddpm, "ddim-010", new EvaluationInfo("ddim(steps=10)", "aa", 500), Fid(4));
        var vae = results.AddCell("vae");
        AddEvaluation(vae, "likelihood-1", new EvaluationInfo("", "bb", 0),
            new MetricRow("nll", 90, null, null, 100, "nats", "IWAE(128)", ""), new MetricRow("nll", 95, null, null, 100, "nats", "ELBO", ""));
        Add("gan", Fid(20));

        Assert.Equal(["ddim(steps=10)", "ddim(steps=100)"], Table().Rows.Take(2).Select(row => row[Column("sampler")].Text));
        Assert.All(Table().Rows.Take(2), row => Assert.Equal("1.500 [1.400, 1.600] VLB(10 of 1000)", row[Column("bits/dim")].Text));
        Assert.Equal("95.00 ELBO; 90.00 IWAE(128)", Cell("vae", "nats").Text);
        Assert.Equal("—", Cell("vae", "bits/dim").Text);
        Assert.Equal("—", Cell("gan", "nats").Text);
        Assert.All(Table().Rows, row => Assert.Equal(Emphasis.None, row[Column("bits/dim")].Emphasis));
    }

    [Fact]
    public void Where_the_law_of_the_data_is_known_truth_and_gap_stand_beside_the_likelihood()
    {
        foreach (var seed in new[] { 0, 1 })
            AddEvaluation(results.AddCell("vae", seed), "likelihood-1", new EvaluationInfo("", "bb", 0),
                new MetricRow("nll", 4.5 + seed, null, null, 100, "bits/dim", "ELBO", ""),
                new MetricRow("truth", 4.25, 4.125, 4.375, 100, "bits/dim", "", ""),
                new MetricRow("gap", 0.25 + seed, null, null, 100, "bits/dim", "ELBO", ""));
        Add("gan", Fid(20));

        Assert.Equal("5.000 ± 0.707 (2) ELBO", Cell("vae", "bits/dim").Text);
        Assert.Equal("4.250 [4.125, 4.375]", Cell("vae", "truth, bits/dim").Text);
        Assert.Equal("0.7500 ± 0.7071 (2) ELBO", Cell("vae", "gap, bits/dim").Text);
        Assert.Equal("—", Cell("gan", "truth, bits/dim").Text);
        Assert.DoesNotContain(Table().Columns, column => column.Header == "truth, nats");
        Assert.Contains(Table().Notes, note => note.StartsWith("Truth:", StringComparison.Ordinal));
        Assert.Contains(Table().Compact().Columns, column => column.Header == "truth, bits/dim");
    }

    [Fact]
    public void A_nan_is_counted_and_not_averaged_away()
    {
        foreach (var (seed, fid) in new[] { (0, 10.0), (1, double.NaN) })
            AddEvaluation(results.AddCell("vae", seed), "a-1", new EvaluationInfo("", "aa", 500), Fid(fid));

        Assert.Equal("NaN (1 of 2)", Cell("vae", "fid_clf").Text);
    }

    [Fact]
    public void Variants_are_told_apart_by_the_options_that_differ()
    {
        results.AddCell("vae", options: new JsonObject { ["latent"] = 8, ["beta"] = 1 }, suffix: "1");
        results.AddCell("vae", options: new JsonObject { ["latent"] = 32, ["beta"] = 1 }, suffix: "2");
        results.AddCell("gan", options: new JsonObject { ["latent"] = 64 });

        Assert.Equal(["gan", "vae(latent=8)", "vae(latent=32)"], Table().Rows.Select(row => row[0].Text));
    }

    [Fact]
    public void Datasets_of_one_name_and_other_options_have_tables_and_baselines_of_their_own()
    {
        results.AddCell("vae", suffix: "1", datasetOptions: new JsonObject { ["resolution"] = 28 });
        results.AddCell("vae", suffix: "2", datasetOptions: new JsonObject { ["resolution"] = 14 });
        results.AddBaseline("real-train", 500, datasetOptions: new JsonObject { ["resolution"] = 14 }, rows: Fid(1));

        var tables = ReportBuilder.Tables([results.Path]);

        Assert.Equal(["mnist(resolution=14)", "mnist(resolution=28)"], tables.Select(table => table.Title));
        Assert.Equal([2, 1], tables.Select(table => table.Rows.Count));
    }

    [Fact]
    public void Several_experiments_are_told_apart()
    {
        results.AddCell("vae", experiment: "one");
        results.AddCell("vae", experiment: "two");

        Assert.Equal("experiment", Table().Columns[0].Header);
        Assert.Equal(["one", "two"], Table().Rows.Select(row => row[0].Text));
    }

    [Fact]
    public void Speed_is_shown_at_batch_one_and_at_the_largest_batch()
    {
        Add("vae", Speed(1, 25), Speed(64, 2000), Speed(256, 12345), new MetricRow("latency_ms", 40, 39, 42, 3, "ms", "measured", "cpu"));

        Assert.Equal("25", Cell("vae", "images/s, batch 1").Text);
        Assert.Equal("12.3 k @256", Cell("vae", "images/s, throughput").Text);
        ReportBuilder.Build([results.Path], results.Report);
        Assert.Contains("| model | sampler | n | images\\_per\\_second\\_batch\\_64 (images/s) | latency\\_ms (ms) |", results.ReportText("report.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Unfinished_cells_have_no_figures_but_are_listed_with_their_reason()
    {
        Add("vae", Fid(3));
        var failed = results.AddCell("glow", state: "failed", reason: "out of memory");
        AddEvaluation(failed, "a-1", new EvaluationInfo("", "aa", 500), Fid(1));

        Assert.DoesNotContain(ReportBuilder.Figures([results.Path]), figure => figure.Model == "glow");
        var unfinished = ReportBuilder.Tables([results.Path])[^1];
        Assert.Equal(["tiny", "glow-mnist-s0-0badcafe", "failed", "out of memory"], Assert.Single(unfinished.Rows).Select(cell => cell.Text));
    }

    [Fact]
    public void The_compact_table_keeps_rows_and_drops_wide_columns()
    {
        Add("vae", Fid(3), Speed(1, 25));

        var compact = Table().Compact();

        Assert.Equal(["model", "sampler", "n", "fid_clf", "train device-seconds"], compact.Columns.Select(column => column.Header));
        Assert.Equal("3.000", compact.Rows.Single()[3].Text);
    }

    private static MetricRow Speed(int batch, double value) => new($"images_per_second_batch_{batch}", value, null, null, 3, "images/s", "measured", "cpu");

    private void Add(string kind, params MetricRow[] rows) => AddEvaluation(results.AddCell(kind), "a-1", new EvaluationInfo("", "aa", 500), rows);

    private ReportTable Table() => ReportBuilder.Tables([results.Path])[0];

    private int Column(string header) => Table().Columns.Index().Single(column => column.Item.Header == header).Index;

    private ReportCell Cell(string model, string header) => Table().Rows.First(row => row[Table().Columns.Index().Single(column => column.Item.Header == "model").Index].Text == model)[Column(header)];
}
