using GenBench.Experiments.Results;
using ScottPlot;

namespace GenBench.Experiments.Reporting;

/// <summary>What the report shows of one dataset's controls.</summary>
/// <param name="Title">The dataset, with those options that tell it from others of its name.</param>
/// <param name="Settings">The settings whose figures are there.</param>
/// <param name="Disturbances">Those of them that differ from undisturbed images in one thing.</param>
internal sealed record ControlReport(string Title, IReadOnlyList<ControlSetting> Settings, IReadOnlyList<Disturbance> Disturbances)
{
    private string[] Metrics => [.. Settings.SelectMany(setting => setting.Metrics).Distinct()];

    /// <summary>The reports of all controls that have figures.</summary>
    public static IReadOnlyList<ControlReport> Of(ResultsTree tree)
    {
        var experiments = tree.Cells.Select(cell => cell.Specification.Experiment).Concat(tree.Controls.Select(controls => controls.Experiment)).Distinct().Count();
        return [.. tree.Controls.Where(controls => controls.Settings.Count > 0).Select(controls =>
        {
            var namesakes = tree.Controls.Where(other => other.Dataset.Name == controls.Dataset.Name).Select(other => Variants.Of(other.Dataset)).ToArray();
            var label = Variants.Label(controls.Dataset.Name, Variants.Of(controls.Dataset), namesakes);
            var settings = controls.Settings.Select(setting => new ControlSetting(setting.Control,
                [.. FigureList.Of(controls, setting.Control, setting.Evaluation)], Grid(controls, setting.Evaluation, experiments > 1))).ToArray();
            return new ControlReport($"{(experiments > 1 ? controls.Experiment + ": " : "")}controls of {label}", settings, Disturbance.Of(settings));
        })];
    }

    /// <summary>From which size on each metric sees each disturbance.</summary>
    public ReportTable Seen => ControlTables.Seen(Title, Disturbances, Metrics);

    /// <summary>A plot for each disturbance, a panel for each metric.</summary>
    public IEnumerable<(PlotFile File, IReadOnlyList<Plot> Panels)> Plots => Disturbances.Select(disturbance => (PlotOf(disturbance), ControlPlot.Of(disturbance)));

    /// <summary>The section of the report.</summary>
    public ReportSection Section => new(
        Title, [Seen, ControlTables.Differences(Title, Disturbances, Metrics), ControlTables.Figures(Title, Settings, Metrics)],
        ReportBuilder.Protocols(Settings.SelectMany(setting => setting.Figures).Where(figure => figure.Kind != ControlKinds.Difference)), [.. Disturbances.Select(PlotOf)],
        [.. Disturbances.Where(disturbance => !disturbance.OfCount).Select(disturbance => disturbance.Steps[^1].Setting)
            .Where(setting => setting.Grid is not null).Select(setting => (setting.Control.Label, setting.Grid!))]);

    private PlotFile PlotOf(Disturbance disturbance) => new(
        $"{disturbance.Label}: band, the interval of the undisturbed figure; points, the difference from it with its interval, filled where that excludes 0; dashed, what the known laws say",
        $"{PlotFile.Slug(Title)}-{PlotFile.Slug(disturbance.Label)}");

    private static SampleGrid? Grid(ControlsResult controls, EvaluationResult evaluation, bool severalExperiments) => File.Exists(evaluation.Folder.Grid)
        ? new SampleGrid(evaluation.Folder.Grid, $"{(severalExperiments ? controls.Experiment + "--" : "")}{controls.Folder.Id}--{evaluation.Name}.png")
        : null;
}
