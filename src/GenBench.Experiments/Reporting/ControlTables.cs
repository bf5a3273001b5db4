using GenBench.Experiments.Results;

namespace GenBench.Experiments.Reporting;

/// <summary>The tables of a dataset's controls: what each metric sees, the differences that say so, and the figures beside what is known of them.</summary>
internal static class ControlTables
{
    /// <summary>From which size of a disturbance on each metric sees it. It fits a console.</summary>
    public static ReportTable Seen(string title, IReadOnlyList<Disturbance> disturbances, IReadOnlyList<string> metrics) => new(
        title,
        [new("disturbance", false, true), .. metrics.Select(metric => new ReportColumn(metric, false, true))],
        [.. disturbances.Select(disturbance => (IReadOnlyList<ReportCell>)[new(disturbance.Label), .. metrics.Select(metric => new ReportCell(disturbance.Seen(metric)))])],
        [
            "A metric sees a disturbance where the 95% interval of its difference from the undisturbed images excludes 0. ↑ from s: seen at size s and at every larger one, where the figure is larger than undisturbed; ↓: smaller.",
            "Each size of each disturbance is a test at the 5% level for itself: of twenty that change nothing one is seen.",
        ]);

    /// <summary>Each setting's differences, those that are seen marked.</summary>
    public static ReportTable Differences(string title, IReadOnlyList<Disturbance> disturbances, IReadOnlyList<string> metrics) => new(
        $"{title}, differences from undisturbed",
        [new("disturbance", false), new("size", true), .. metrics.Select(metric => new ReportColumn(metric, true))],
        [
            .. disturbances.SelectMany(disturbance => disturbance.Steps.Select(step => (IReadOnlyList<ReportCell>)
            [
                new(disturbance.Label), new(step.Text), .. metrics.Select(metric => Difference(step.Setting, metric)),
            ])),
        ],
        ["Bold: the 95% interval excludes 0. How each interval is made stands in results.csv."]);

    /// <summary>Each setting's figures, with what the known laws say.</summary>
    public static ReportTable Figures(string title, IReadOnlyList<ControlSetting> settings, IReadOnlyList<string> metrics) => new(
        $"{title}, figures",
        [new("control", false), new("n", true), .. metrics.Select(metric => new ReportColumn(metric, true))],
        [
            .. settings.Select(setting => (IReadOnlyList<ReportCell>)
            [
                new(setting.Control.Label), new(FigureText.Integer(setting.Control.Samples)), .. metrics.Select(metric => Measured(setting, metric)),
            ]),
        ],
        ["exact: from the known laws, at infinitely many images where the figure depends on their number. expected: on average at these numbers."]);

    private static ReportCell Difference(ControlSetting setting, string metric) => setting[metric, ControlKinds.Difference] is { } difference
        ? new ReportCell(FigureText.Estimate([difference]), setting.Sees(metric) ? Emphasis.Best : Emphasis.None)
        : ReportCell.Nothing;

    private static ReportCell Measured(ControlSetting setting, string metric)
    {
        if (setting[metric] is not { } figure)
            return ReportCell.Nothing;
        var known = new[] { ControlKinds.Exact, ControlKinds.Expected }.Select(kind => setting[metric, kind]).OfType<Figure>()
            .Select(value => $"; {value.Kind} {FigureText.Estimate([value])}");
        return new ReportCell(FigureText.Estimate([figure]) + string.Concat(known));
    }
}
