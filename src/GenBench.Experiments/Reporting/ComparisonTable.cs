namespace GenBench.Experiments.Reporting;

/// <summary>
/// The table of one dataset: quality, likelihood and cost of every row beside the baselines. The best of a column is
/// marked only among rows of the same n under the same protocol, and never a baseline.
/// </summary>
internal static class ComparisonTable
{
    /// <summary>Metrics that have a column here; all others go to <see cref="OtherFigures"/>.</summary>
    private static readonly string[] Costs = ["nfe", "macs_per_sample", "parameters", "train_images_seen", "train_device_seconds", "train_steps"];
    private static readonly string[] LikelihoodUnits = ["bits/dim", "nats"];

    public static ReportTable Of(DatasetResults dataset)
    {
        var rows = dataset.Rows.Concat(dataset.Baselines).ToArray();
        var quality = MetricNames.Quality(rows.SelectMany(row => row.Figures).Select(figure => figure.Metric));
        var experiments = rows.Select(row => row.Experiment).Distinct().Count() > 1;
        (ReportColumn Column, Func<ResultRow, ReportCell> Cell)[] columns =
        [
            .. experiments ? [(new ReportColumn("experiment", false), row => new ReportCell(row.Experiment))] : ((ReportColumn, Func<ResultRow, ReportCell>)[])[],
            (new("model", false, true), row => new(row.Model, row.Baseline ? Emphasis.Baseline : Emphasis.None)),
            (new("sampler", false, true), row => row.Sampler.Length == 0 ? ReportCell.Nothing : new(row.Sampler)),
            (new("n", true, true), row => row.N == 0 ? ReportCell.Nothing : new(FigureText.Integer(row.N) + OtherN(row, dataset))),
            .. quality.Select(name => (new ReportColumn(name, true, name is "recall" or "precision" or "sliced_wasserstein" || name.StartsWith("fid", StringComparison.Ordinal)), QualityCells(name, dataset))),
            .. LikelihoodUnits.SelectMany(LikelihoodColumns),
            (new("NFE", true, true), row => Magnitude(row["nfe"])),
            (new("MACs/sample", true), row => Magnitude(row["macs_per_sample"])),
            (new("images/s, batch 1", true), row => Magnitude(row[MetricNames.SpeedPrefix + "1"])),
            (new("images/s, throughput", true, true), Throughput),
            (new("parameters", true), row => Magnitude(row["parameters"])),
            (new("images seen", true), row => Magnitude(row["train_images_seen"])),
            (new("train device-seconds", true, true), row => Magnitude(row["train_device_seconds"], row.BitReproducible ? "" : " ‡")),
        ];
        return new ReportTable(dataset.Name, [.. columns.Select(column => column.Column)],
            [.. rows.Select(row => (IReadOnlyList<ReportCell>)[.. columns.Select(column => column.Cell(row))])],
            Notes(dataset, quality)).WithoutEmptyColumns(always: experiments ? 4 : 3);
    }

    /// <summary>The metrics without a column in the comparison, or null where there are none.</summary>
    public static ReportTable? OtherFigures(DatasetResults dataset)
    {
        var rows = dataset.Rows.Concat(dataset.Baselines).Select(row => (Row: row, Figures: row.Figures.Where(figure => !InComparison(figure, row)).ToArray()))
            .Where(row => row.Figures.Length > 0).ToArray();
        if (rows.Length == 0)
            return null;
        var metrics = rows.SelectMany(row => row.Figures).Select(figure => (figure.Metric, figure.Unit, figure.Kind)).Distinct()
            .OrderBy(metric => metric.Metric, NumericOrder.Comparer).ThenBy(metric => metric.Unit, StringComparer.Ordinal).ThenBy(metric => metric.Kind, StringComparer.Ordinal).ToArray();
        ReportColumn[] columns = [new("model", false, true), new("sampler", false, true), new("n", true, true),
            .. metrics.Select(metric => new ReportColumn(metric.Metric + (metric.Unit.Length > 0 ? $" ({metric.Unit})" : "") + (metric.Kind is "" or "measured" ? "" : $" {metric.Kind}"), true, true))];
        return new ReportTable($"{dataset.Name}: other figures", columns, [.. rows.Select(row => (IReadOnlyList<ReportCell>)
        [
            new(row.Row.Model, row.Row.Baseline ? Emphasis.Baseline : Emphasis.None), row.Row.Sampler.Length == 0 ? ReportCell.Nothing : new(row.Row.Sampler),
            row.Row.N == 0 ? ReportCell.Nothing : new(FigureText.Integer(row.Row.N)),
            .. metrics.Select(metric => Estimate([.. row.Figures.Where(figure => (figure.Metric, figure.Unit, figure.Kind) == metric)])),
        ])], []);
    }

    private static bool InComparison(Figure figure, ResultRow row) =>
        MetricNames.Quality([figure.Metric]).Count > 0 || Costs.Contains(figure.Metric)
        || figure.Metric is "nll" or "truth" or "gap" && LikelihoodUnits.Contains(figure.Unit)
        || MetricNames.SpeedBatch(figure.Metric) is var batch and > 0 && (batch == 1 || batch == row.ThroughputBatch);

    private static Func<ResultRow, ReportCell> QualityCells(string name, DatasetResults dataset)
    {
        var best = Best(name, dataset);
        return row => row[name] is { Count: > 0 } figures
            ? new ReportCell(FigureText.Estimate(figures) + OtherN(row, dataset), row == best ? Emphasis.Best : Emphasis.None)
            : ReportCell.Nothing;
    }

    private static ResultRow? Best(string name, DatasetResults dataset)
    {
        var ranked = dataset.Rows.Where(row => row.N == dataset.ReferenceN && double.IsFinite(row.Mean(name))).ToArray();
        return ranked.Length < 2 || MetricNames.Direction(name) == 0 || SeveralProtocols(name, dataset) ? null : ranked.MinBy(row => -MetricNames.Direction(name) * row.Mean(name));
    }

    private static bool SeveralProtocols(string name, DatasetResults dataset) =>
        dataset.Rows.Where(row => row.N == dataset.ReferenceN).SelectMany(row => row[name]).Select(figure => figure.Protocol).Distinct().Count() > 1;

    /// <summary>The likelihood in one unit and, where the data's law is known, the truth of the same images and the gap between them.</summary>
    private static (ReportColumn Column, Func<ResultRow, ReportCell> Cell)[] LikelihoodColumns(string unit) =>
    [
        (new(unit, true, true), LikelihoodCells("nll", unit)),
        // The truth of the same images is one figure, whatever the seed of the training.
        (new($"truth, {unit}", true, true), row => Estimate([.. row["truth"].Where(figure => figure.Unit == unit).DistinctBy(figure => figure.Value)])),
        (new($"gap, {unit}", true, true), LikelihoodCells("gap", unit)),
    ];

    private static Func<ResultRow, ReportCell> LikelihoodCells(string metric, string unit) => row =>
    {
        var kinds = row[metric].Where(figure => figure.Unit == unit).GroupBy(figure => figure.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).ToArray();
        return kinds.Length == 0 ? ReportCell.Nothing : new ReportCell(string.Join("; ", kinds.Select(kind => $"{FigureText.Estimate([.. kind])} {kind.Key}".TrimEnd())));
    };

    private static ReportCell Throughput(ResultRow row) => row.ThroughputBatch is var batch and > 1
        ? Magnitude(row[MetricNames.SpeedPrefix + FigureText.Integer(batch)], $" @{FigureText.Integer(batch)}")
        : ReportCell.Nothing;

    private static ReportCell Magnitude(IReadOnlyList<Figure> figures, string mark = "") => figures.Count == 0 ? ReportCell.Nothing : new(FigureText.Magnitude(figures) + mark);

    private static ReportCell Estimate(IReadOnlyList<Figure> figures) => figures.Count == 0 ? ReportCell.Nothing : new(FigureText.Estimate(figures));

    private static string OtherN(ResultRow row, DatasetResults dataset) => row.N == 0 || row.N == dataset.ReferenceN ? "" : " †";

    private static string[] Notes(DatasetResults dataset, IReadOnlyList<string> quality)
    {
        var rows = dataset.Rows.Concat(dataset.Baselines).ToArray();
        var unranked = quality.Where(name => SeveralProtocols(name, dataset)).ToArray();
        (bool Applies, string Text)[] notes =
        [
            (dataset.Rows.Any(row => row.Figures.Any(figure => figure.Low is not null)), "value [low, high]: one seed and the interval that the protocol names. mean ± sd (count): over seeds."),
            (quality.Any(name => Best(name, dataset) is not null), $"Bold: best of its column among the models' rows with n = {FigureText.Integer(dataset.ReferenceN)}; differences within the intervals are none."),
            (rows.Any(row => row.N > 0 && row.N != dataset.ReferenceN), $"† n is not {FigureText.Integer(dataset.ReferenceN)}: quality depends on n, so compare only rows of equal n, baselines included."),
            (dataset.Baselines.Count > 0, "Italic: baselines. real-train is the floor at its n, pixel-gaussian what a Gaussian over pixels (of points, over coordinates) gives, uniform-noise the ceiling."),
            (unranked.Length > 0, $"Not ranked, since the rows' protocols differ: {string.Join(", ", unranked)}."),
            (dataset.Rows.Any(row => row["nll"].Count > 0), "Likelihood per image is marked with its kind: exact values, bounds and estimates are not ranked against each other. — means the model has none."),
            (dataset.Rows.Any(row => row["truth"].Count > 0), "Truth: the likelihood of the same images under the law that they were drawn from. Gap: the mean difference per image; in expectation no likelihood and no bound of one has it below 0."),
            (dataset.Rows.Any(row => !row.BitReproducible), "‡ not bit-reproducible: the budget is in seconds, or the run was continued under another device or thread count."),
        ];
        return [.. notes.Where(note => note.Applies).Select(note => note.Text)];
    }
}
