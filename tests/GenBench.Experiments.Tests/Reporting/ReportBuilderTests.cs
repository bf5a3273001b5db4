using System.Globalization;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Reporting;
using GenBench.Experiments.Results;
using static GenBench.Tests.Reporting.SyntheticResults;

namespace GenBench.Tests.Reporting;

public sealed class ReportBuilderTests : IDisposable
{
    private readonly SyntheticResults results = new();

    public void Dispose() => results.Dispose();

    [Fact]
    public void Results_csv_is_long_sorted_and_round_trips()
    {
        var cell = results.AddCell("ddpm", seed: 3, seconds: 0.1);
        AddEvaluation(cell, "ddim-11112222", new EvaluationInfo("ddim(steps=20, eta=0)", "11", 500),
            Fid(1.0 / 3, low: .25, high: 1e-7), new MetricRow("nll", double.NaN, null, null, 10, "bits/dim", "VLB", "NaN for \"image 3\""));
        results.AddBaseline("real-train", 500, rows: Fid(2.5));

        ReportBuilder.Build([results.Path], results.Report);

        const string Training = "tiny,ddpm-mnist-s3-0badcafe,mnist,ddpm,3,";
        Assert.Equal(
            "experiment,cell,dataset,model,seed,sampler,metric,value,low,high,n,unit,kind,protocol\n"
            + $"{Training},train_device_seconds,0.1,,,1,s,measured,\"training steps only; device cpu, 2 threads, bit-reproducible: yes\"\n"
            + $"{Training},train_images_seen,6400,,,1,images,,\n"
            + $"{Training},train_steps,100,,,1,steps,,\n"
            + $"{Training},parameters,1290000,,,1,,,\n"
            + $"{Training}\"ddim(steps=20, eta=0)\",fid_clf,0.3333333333333333,0.25,1E-07,500,,,mnist classifier abc; 500 samples against test\n"
            + $"{Training}\"ddim(steps=20, eta=0)\",nll,NaN,,,10,bits/dim,VLB,\"NaN for \"\"image 3\"\"\"\n"
            + "tiny,baseline-mnist-feed,mnist,real-train,,,fid_clf,2.5,,,500,,,mnist classifier abc; 500 samples against test\n",
            results.ReportText("results.csv"));
        Assert.Equal(ReportBuilder.Figures([results.Path]), CsvFile.Read<Figure>(results.Report + "/results.csv"));
    }

    [Fact]
    public void The_same_results_give_the_same_bytes_under_another_culture_and_made_in_another_order()
    {
        using var other = new SyntheticResults();
        Fill(results, [0, 1, 2]);
        Fill(other, [2, 0, 1]);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            ReportBuilder.Build([results.Path], results.Report);
            var first = Files(results.Report);
            ReportBuilder.Build([results.Path], results.Report);
            var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (foreign.NumberFormat.NumberDecimalSeparator, foreign.NumberFormat.NumberGroupSeparator, foreign.NumberFormat.NegativeSign) = (",", ".", "~");
            CultureInfo.CurrentCulture = foreign;
            ReportBuilder.Build([other.Path], other.Report);

            Assert.Equal(first, Files(results.Report));
            Assert.Equal(first, Files(other.Report));
            Assert.Contains(first.Keys, name => name.EndsWith(".svg", StringComparison.Ordinal));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_root_an_experiment_and_a_cell_can_be_reported()
    {
        var cell = results.AddCell("vae");

        foreach (var folder in new[] { results.Path, results.Path + "/tiny", results.Path + "/tiny/", cell.Path })
            Assert.Equal(4, ReportBuilder.Figures([folder]).Count);
        Assert.Equal(4, ReportBuilder.Figures([results.Path, cell.Path]).Count);
    }

    [Fact]
    public void A_folder_without_cells_is_bad_input()
    {
        var error = Assert.Throws<BadInputException>(() => ReportBuilder.Build([results.Path], results.Report));

        Assert.StartsWith(results.Path, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(results.Report));
    }

    [Fact]
    public void The_same_cell_from_two_places_is_bad_input()
    {
        using var other = new SyntheticResults();
        results.AddCell("vae");
        other.AddCell("vae");

        Assert.Throws<BadInputException>(() => ReportBuilder.Figures([results.Path, other.Path]));
    }

    [Theory]
    [InlineData("cell.json", "{")]
    [InlineData("cell.json", "{}")]
    [InlineData("cell.json", "null")]
    [InlineData("status.json", "{\"state\": null}")]
    [InlineData("trained.json", "{\"steps\": 1}")]
    [InlineData("trained.json", null)]
    [InlineData("evaluations/a-1/evaluation.json", "{\"sampler\": 3}")]
    [InlineData("evaluations/a-1/evaluation.json", null)]
    [InlineData("evaluations/a-1/metrics.csv", "metric,value\nfid_clf,3\n")]
    [InlineData("evaluations/a-1/metrics.csv", "metric,value,low,high,n,unit,kind,protocol\nfid_clf,three,,,1,,,\n")]
    [InlineData("training.csv", "")]
    public void A_broken_file_is_named_in_one_line(string file, string? content)
    {
        var cell = results.AddCell("vae");
        AddEvaluation(cell, "a-1", new EvaluationInfo("", "aa", 500), Fid(3));
        AddTraining(cell, "elbo", step => 1 / step);
        var path = Path.Combine(cell.Path, file);
        if (content is null)
            File.Delete(path);
        else
            File.WriteAllText(path, content);

        var error = Assert.Throws<BadInputException>(() => ReportBuilder.Build([results.Path], results.Report));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(Directory.Exists(results.Report));
    }

    [Fact]
    public void Text_from_files_is_escaped_in_the_page_and_in_markdown()
    {
        var cell = results.AddCell("vae", options: new JsonObject { ["prior"] = "<script>alert(1)</script>" }, suffix: "1");
        results.AddCell("vae", options: new JsonObject { ["prior"] = "a|b" }, suffix: "2");
        AddEvaluation(cell, "a-1", new EvaluationInfo("\"><img src=x>", "aa", 500), Fid(3, protocol: "a < b & c"));
        results.AddCell("gan", state: "failed", reason: "line one\n<b>line | two</b>");

        ReportBuilder.Build([results.Path], results.Report);

        var page = results.ReportText("index.html");
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("a &lt; b &amp; c", page, StringComparison.Ordinal);
        var markdown = results.ReportText("report.md");
        Assert.DoesNotContain("<script>", markdown, StringComparison.Ordinal);
        Assert.Contains("prior=a\\|b", markdown, StringComparison.Ordinal);
        Assert.Contains("| line one &lt;b&gt;line \\| two&lt;/b&gt; |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_of_the_page_lead_to_files_and_stale_ones_are_gone()
    {
        Fill(results, [0]);
        ReportBuilder.Build([results.Path], results.Report);
        File.WriteAllText(results.Report + "/samples/stale.png", "");
        ReportBuilder.Build([results.Path], results.Report);

        var links = System.Text.RegularExpressions.Regex.Matches(results.ReportText("index.html"), "(?:src|href)=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToArray();
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(results.Report, link)), link));
        Assert.Contains("samples/ddpm-mnist-s0-0badcafe--ddim10-1.png", links);
        Assert.False(File.Exists(results.Report + "/samples/stale.png"));
    }

    [Fact]
    public void Sparse_results_still_give_a_report()
    {
        var cell = results.AddCell("gan");
        AddEvaluation(cell, "a-1", new EvaluationInfo("", "aa", 500), Fid(double.NaN), new MetricRow("images_per_second_batch_64", 0, null, null, 3, "images/s", "measured", ""));
        AddTraining(cell, "generator", _ => double.NaN);
        var second = results.AddCell("vae");
        AddEvaluation(second, "a-1", new EvaluationInfo("", "aa", 500), Fid(0), new MetricRow("nfe", 1, null, null, 1, "", "measured", ""));
        AddTraining(second, "elbo", _ => 0);

        ReportBuilder.Build([results.Path], results.Report);

        Assert.Equal(["mnist-fid_clf-nfe.png", "mnist-training-vae.png"], Directory.GetFiles(results.Report + "/plots", "*.png").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static void Fill(SyntheticResults results, int[] seeds)
    {
        foreach (var seed in seeds)
        {
            var ddpm = results.AddCell("ddpm", seed, samplers: ["ddim(steps=10)", "ddim(steps=100)"], seconds: 10 + seed);
            foreach (var steps in new[] { 100, 10 })
            {
                var evaluation = AddEvaluation(ddpm, $"ddim{steps}-1", new EvaluationInfo($"ddim(steps={steps})", "aa", 500), Fid(3 + seed + 100.0 / steps),
                    new MetricRow("nfe", steps, null, null, 1, "", "measured", "counted"), new MetricRow("images_per_second_batch_64", 1e4 / steps, null, null, 3, "images/s", "measured", "cpu, 2 threads"));
                AddGrid(evaluation, (byte)(steps + seed));
            }
            AddTraining(ddpm, "denoise", step => 1 / step + .01 * seed);
        }
        results.AddCell("vae", state: "failed", reason: "killed");
        results.AddBaseline("real-train", 500, rows: Fid(.5));
    }

    private static SortedDictionary<string, string> Files(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);
}
