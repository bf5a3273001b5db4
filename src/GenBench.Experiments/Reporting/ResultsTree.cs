using System.Text.Json;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Reporting;

/// <summary>An evaluation as its files say.</summary>
internal sealed record EvaluationResult(EvaluationFolder Folder, EvaluationInfo Info, IReadOnlyList<MetricRow> Rows)
{
    public string Name => Path.GetFileName(Folder.Path);
}

/// <summary>A cell as its files say; only a trained one has <see cref="Trained"/> and evaluations, and only a complete one has them all.</summary>
internal sealed record CellResult(
    CellFolder Folder, CellSpecification Specification, string State, string Reason,
    TrainedInfo? Trained, IReadOnlyList<EvaluationResult> Evaluations)
{
    public bool BitReproducible => Trained is { BitReproducible: true } && Evaluations.All(evaluation => evaluation.Info.BitReproducible);
}

/// <summary>The part of <c>cell.json</c> that a report needs.</summary>
internal sealed record CellSpecification(
    string Experiment, DatasetPart Dataset, ModelPart Model, int Seed, JsonObject Training, IReadOnlyList<SamplerPart> Samplers, IReadOnlyList<string> EvaluationFolders);

/// <summary>The dataset in <c>cell.json</c>.</summary>
internal sealed record DatasetPart(string Name, JsonObject Options);

/// <summary>The model in <c>cell.json</c>.</summary>
internal sealed record ModelPart(string Kind, int Version, JsonObject Options);

/// <summary>A sampler setting in <c>cell.json</c>.</summary>
internal sealed record SamplerPart(string Label);

/// <summary>The baselines of one dataset.</summary>
internal sealed record BaselineResult(CellFolder Folder, string Experiment, DatasetPart Dataset, IReadOnlyList<EvaluationResult> Evaluations);

/// <summary>A control's setting in <c>controls.json</c>.</summary>
internal sealed record ControlPart(string Kind, JsonObject Changed, string Label, int Samples);

/// <summary>The controls of one dataset: those settings whose figures are there.</summary>
internal sealed record ControlsResult(
    CellFolder Folder, string Experiment, DatasetPart Dataset, IReadOnlyList<(ControlPart Control, EvaluationResult Evaluation)> Settings);

/// <summary>
/// All results under some folders, read whole and ordered by name, so that neither the order in which the disk lists
/// them nor the order in which they were made can show. A file that cannot be read is an error: nothing is dropped silently.
/// </summary>
internal sealed record ResultsTree(IReadOnlyList<CellResult> Cells, IReadOnlyList<BaselineResult> Baselines, IReadOnlyList<ControlsResult> Controls)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads folders that are a cell, an experiment or a root of experiments.</summary>
    /// <exception cref="BadInputException">A folder is missing, none holds a cell, a file is malformed, or a cell occurs twice.</exception>
    public static ResultsTree Read(IReadOnlyList<string> resultsDirs)
    {
        var folders = resultsDirs.SelectMany(Candidates).Distinct(StringComparer.Ordinal).Select(path => new CellFolder(path)).ToArray();
        var cells = folders.Where(folder => File.Exists(folder.CellJson)).Select(ReadCell)
            .OrderBy(cell => cell.Specification.Experiment, StringComparer.Ordinal).ThenBy(cell => cell.Folder.Id, StringComparer.Ordinal).ToArray();
        var controls = folders.Where(folder => File.Exists(folder.ControlsJson)).Select(ReadControls)
            .OrderBy(result => result.Experiment, StringComparer.Ordinal).ThenBy(result => result.Folder.Id, StringComparer.Ordinal).ToArray();
        if (cells.Length == 0 && controls.Length == 0)
            throw new BadInputException($"{string.Join(", ", resultsDirs)}: no cell.json here or in the two levels of folders below; give a folder that 'genbench run' wrote");
        foreach (var twice in cells.GroupBy(cell => (cell.Specification.Experiment, cell.Folder.Id)).Where(group => group.Count() > 1))
            throw new BadInputException($"{string.Join(" and ", twice.Select(cell => cell.Folder.Path).Order(StringComparer.Ordinal))}: the same cell of the same experiment; report one of them");
        var baselines = folders.Where(folder => File.Exists(folder.BaselineJson)).Select(ReadBaseline)
            .OrderBy(baseline => baseline.Experiment, StringComparer.Ordinal).ThenBy(baseline => baseline.Folder.Id, StringComparer.Ordinal);
        return new ResultsTree(cells, [.. baselines], controls);
    }

    private static IEnumerable<string> Candidates(string directory)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!Directory.Exists(root))
            throw new BadInputException($"{directory}: no such folder");
        var children = Directory.GetDirectories(root);
        return [root, .. children, .. children.Where(child => !File.Exists(new CellFolder(child).CellJson)).SelectMany(Directory.GetDirectories)];
    }

    private sealed record CellJson(int FormatVersion, CellSpecification Cell);

    private sealed record BaselineJson(int FormatVersion, string Experiment, DatasetPart Dataset, IReadOnlyList<string> EvaluationFolders);

    private sealed record ControlsJson(int FormatVersion, string Experiment, DatasetPart Dataset, IReadOnlyList<ControlPart> Controls, IReadOnlyList<string> EvaluationFolders);

    private sealed record StatusJson(string State, string? Reason = null);

    private static CellResult ReadCell(CellFolder folder)
    {
        var document = ReadJson<CellJson>(folder.CellJson);
        CellDocuments.CheckFormat(folder.CellJson, document.FormatVersion);
        var status = File.Exists(folder.StatusJson) ? ReadJson<StatusJson>(folder.StatusJson) : new StatusJson("not started");
        var trained = File.Exists(folder.TrainedJson);
        if (status.State == CellStatus.Complete && !trained)
            throw new BadInputException($"{folder.TrainedJson}: is missing, though the cell is complete; run the experiment again");
        return new CellResult(folder, document.Cell, status.State, status.Reason ?? "",
            trained ? ReadJson<TrainedInfo>(folder.TrainedJson) : null,
            trained ? ReadEvaluations(folder, document.Cell.EvaluationFolders) : []);
    }

    private static BaselineResult ReadBaseline(CellFolder folder)
    {
        var document = ReadJson<BaselineJson>(folder.BaselineJson);
        CellDocuments.CheckFormat(folder.BaselineJson, document.FormatVersion);
        var evaluations = ReadEvaluations(folder, document.EvaluationFolders);
        if (evaluations.FirstOrDefault(evaluation => evaluation.Info.Model is null) is { } nameless)
            throw new BadInputException($"{nameless.Folder.Info}: a baseline must say its model");
        return new BaselineResult(folder, document.Experiment, document.Dataset, evaluations);
    }

    private static ControlsResult ReadControls(CellFolder folder)
    {
        var document = ReadJson<ControlsJson>(folder.ControlsJson);
        CellDocuments.CheckFormat(folder.ControlsJson, document.FormatVersion);
        var evaluations = ReadEvaluations(folder, document.EvaluationFolders).ToDictionary(evaluation => evaluation.Name);
        return new ControlsResult(folder, document.Experiment, document.Dataset,
            [.. document.Controls.Zip(document.EvaluationFolders).Where(pair => evaluations.ContainsKey(pair.Second)).Select(pair => (pair.First, evaluations[pair.Second]))]);
    }

    private static EvaluationResult[] ReadEvaluations(CellFolder folder, IReadOnlyList<string> asked) =>
        [.. folder.ListEvaluations().Where(evaluation => asked.Contains(Path.GetFileName(evaluation.Path))).Select(evaluation => new EvaluationResult(evaluation, ReadJson<EvaluationInfo>(evaluation.Info), ReadCsv<MetricRow>(evaluation.Metrics)))];

    private static T ReadJson<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Json) ?? throw new JsonException("it says null");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Reads a CSV file of results.</summary>
    /// <exception cref="BadInputException">It is missing or malformed.</exception>
    public static IReadOnlyList<T> ReadCsv<T>(string path)
    {
        try
        {
            return CsvFile.Read<T>(path);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(error.Message.StartsWith(path, StringComparison.Ordinal) ? error.Message : $"{path}: {error.Message}", error);
        }
    }
}
