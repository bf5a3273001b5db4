using System.Text.Json;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Tests.Results;

namespace GenBench.Tests.Reporting;

/// <summary>A results folder written by hand, file by file, as the runner writes it.</summary>
internal sealed class SyntheticResults : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    public string Report => folder["report"];

    public void Dispose() => folder.Dispose();

    public string ReportText(string name) => File.ReadAllText(System.IO.Path.Combine(Report, name));

    /// <summary>A complete cell without evaluations.</summary>
    public CellFolder AddCell(string kind, int seed = 0, string dataset = "mnist", string experiment = "tiny", JsonObject? options = null,
        string state = "complete", string reason = "", double seconds = 12.5, string[]? samplers = null, string suffix = "0badcafe", JsonObject? datasetOptions = null)
    {
        var cell = new CellFolder(folder[$"{experiment}/{kind}-{dataset}-s{seed}-{suffix}"]);
        Directory.CreateDirectory(cell.Path);
        WriteJson(cell.CellJson, new
        {
            FormatVersion = 1,
            Cell = new
            {
                Experiment = experiment,
                Dataset = Dataset(dataset, datasetOptions),
                Model = new ModelChoice(kind, 1, options ?? []),
                Seed = seed,
                Training = new TrainingSpec { Steps = 100 },
                Samplers = (samplers ?? []).Select(label => new SamplerChoice("ddim", 1, [], label, 500)),
                Evaluation = new EvaluationSpec(),
                EvaluationFolders = Array.Empty<string>(),
            },
            DatasetChecksum = "feed",
            Environment = new Dictionary<string, string>(),
            Macs = 1,
        });
        WriteJson(cell.StatusJson, new CellStatus(state, reason, state == "complete" ? 0 : 1));
        if (state == "complete")
            WriteJson(cell.TrainedJson, new TrainedInfo(100, 6400, seconds, 1_290_000, "cpu", 2, true, "ab"));
        return cell;
    }

    public CellFolder AddBaseline(string model, int n, string dataset = "mnist", string experiment = "tiny", JsonObject? datasetOptions = null, params MetricRow[] rows)
    {
        var baseline = new CellFolder(folder[$"{experiment}/baseline-{dataset}-feed"]);
        Directory.CreateDirectory(baseline.Path);
        if (!File.Exists(baseline.BaselineJson))
            WriteJson(baseline.BaselineJson, new { FormatVersion = 1, Experiment = experiment, Dataset = Dataset(dataset, datasetOptions), EvaluationFolders = Array.Empty<string>() });
        AddEvaluation(baseline, $"{model}-{n}", new EvaluationInfo("", "cd", n, model), rows);
        return baseline;
    }

    public static EvaluationFolder AddEvaluation(CellFolder cell, string name, EvaluationInfo info, params MetricRow[] rows)
    {
        var evaluation = new EvaluationFolder(System.IO.Path.Combine(cell.Evaluations, name));
        Directory.CreateDirectory(evaluation.Path);
        WriteJson(evaluation.Info, info);
        CsvFile.Write(evaluation.Metrics, rows);
        AskFor(cell, name);
        return evaluation;
    }

    private static void AskFor(CellFolder cell, string evaluation)
    {
        var path = File.Exists(cell.CellJson) ? cell.CellJson : cell.BaselineJson;
        var document = JsonNode.Parse(File.ReadAllText(path))!;
        (document["cell"] ?? document)["evaluationFolders"]!.AsArray().Add(evaluation);
        File.WriteAllText(path, document.ToJsonString());
    }

    public static void AddGrid(EvaluationFolder evaluation, byte shade = 100)
    {
        byte[] pixels = [.. Enumerable.Range(0, 64).Select(index => (byte)(shade + index))];
        ImageGrid.Write(evaluation.Grid, pixels, 4, 4, 4, 1, columns: 2, scale: 4);
    }

    public static void AddTraining(CellFolder cell, string objective, Func<double, double> loss) => CsvFile.Write(cell.TrainingCsv,
        Enumerable.Range(1, 50).Select(step => new TrainingRow("train", step, step * 64, step * .25, objective + "/loss", loss(step))));

    public static MetricRow Fid(double value, long n = 500, double? low = null, double? high = null, string protocol = "mnist classifier abc; 500 samples against test") =>
        new("fid_clf", value, low, high, n, "", "", protocol);

    private static DatasetChoice Dataset(string name, JsonObject? options) => new(name, options ?? [], new DataSpec(new ImageShape(1, 28, 28), 10));

    private static void WriteJson<T>(string path, T value) => AtomicFile.WriteText(path, JsonSerializer.Serialize(value, Web));
}
