using System.Globalization;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Reporting;

/// <summary>The figures of cells, baselines and controls, from their files' rows.</summary>
internal static class FigureList
{
    /// <summary>All figures in the order of <c>results.csv</c>.</summary>
    public static IEnumerable<Figure> Of(ResultsTree tree) =>
    [
        .. tree.Cells.SelectMany(Of), .. tree.Baselines.SelectMany(baseline => baseline.Evaluations.SelectMany(evaluation => Of(baseline, evaluation))),
        .. tree.Controls.SelectMany(controls => controls.Settings.SelectMany(setting => Of(controls, setting.Control, setting.Evaluation))),
    ];

    /// <summary>The figures of a cell; none of an incomplete one.</summary>
    public static IEnumerable<Figure> Of(CellResult cell) => [.. Training(cell), .. cell.Evaluations.SelectMany(evaluation => Of(cell, evaluation))];

    /// <summary>The figures of one evaluation of a cell.</summary>
    public static IEnumerable<Figure> Of(CellResult cell, EvaluationResult evaluation)
    {
        var (specification, sampler) = (cell.Specification, evaluation.Info.Sampler);
        return evaluation.Rows.Select(row => Figure(specification.Experiment, cell.Folder.Id, specification.Dataset.Name, specification.Model.Kind, specification.Seed, sampler, row));
    }

    /// <summary>The figures of one baseline.</summary>
    public static IEnumerable<Figure> Of(BaselineResult baseline, EvaluationResult evaluation) =>
        evaluation.Rows.Select(row => Figure(baseline.Experiment, baseline.Folder.Id, baseline.Dataset.Name, evaluation.Info.Model!, null, evaluation.Info.Sampler, row));

    /// <summary>The figures of one control.</summary>
    public static IEnumerable<Figure> Of(ControlsResult controls, ControlPart control, EvaluationResult evaluation) =>
        evaluation.Rows.Select(row => Figure(controls.Experiment, controls.Folder.Id, controls.Dataset.Name, control.Kind, null, control.Label, row));

    /// <summary>What training took.</summary>
    public static IEnumerable<Figure> Training(CellResult cell)
    {
        if (cell.Trained is not { } trained)
            return [];
        var protocol = string.Create(CultureInfo.InvariantCulture,
            $"training steps only; device {trained.Device}, {trained.Threads} threads, bit-reproducible: {(trained.BitReproducible ? "yes" : "no")}");
        MetricRow[] rows =
        [
            new("train_device_seconds", trained.DeviceSeconds, null, null, 1, "s", "measured", protocol),
            new("train_images_seen", trained.ImagesSeen, null, null, 1, "images", "", ""),
            new("train_steps", trained.Steps, null, null, 1, "steps", "", ""),
            new("parameters", trained.Parameters, null, null, 1, "", "", ""),
        ];
        var specification = cell.Specification;
        return rows.Select(row => Figure(specification.Experiment, cell.Folder.Id, specification.Dataset.Name, specification.Model.Kind, specification.Seed, "", row));
    }

    private static Figure Figure(string experiment, string cell, string dataset, string model, int? seed, string sampler, MetricRow row) =>
        new(experiment, cell, dataset, model, seed, sampler, row.Metric, row.Value, row.Low, row.High, row.N, row.Unit, row.Kind, row.Protocol);
}
