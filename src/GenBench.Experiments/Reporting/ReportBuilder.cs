using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;
using ScottPlot;

namespace GenBench.Experiments.Reporting;

/// <summary>
/// Makes the comparison from the files of finished experiments: it knows no tensor and no model, and writes the same
/// bytes for the same files, in whatever order they were made and under whatever culture.
/// </summary>
public static class ReportBuilder
{
    /// <summary>Every figure of the complete cells, of the baselines and of the controls, as <c>results.csv</c> lists them.</summary>
    /// <param name="resultsDirs">Folders of cells, of experiments, or roots of experiments.</param>
    /// <exception cref="BadInputException">A folder is missing or holds no cell, or a file in it is malformed.</exception>
    public static IReadOnlyList<Figure> Figures(IReadOnlyList<string> resultsDirs) => [.. FigureList.Of(ResultsTree.Read(resultsDirs))];

    /// <summary>The comparison of each dataset, what each metric sees of its controls, then the cells that are not complete, if any; <see cref="ReportTable.Compact"/> fits a console.</summary>
    /// <param name="resultsDirs">Folders of cells, of experiments, or roots of experiments.</param>
    /// <exception cref="BadInputException">A folder is missing or holds no cell, or a file in it is malformed.</exception>
    public static IReadOnlyList<ReportTable> Tables(IReadOnlyList<string> resultsDirs)
    {
        var tree = ResultsTree.Read(resultsDirs);
        ReportTable[] tables = [.. DatasetResults.Group(tree).Select(ComparisonTable.Of), .. ControlReport.Of(tree).Select(report => report.Seen)];
        return Unfinished(tree) is { } unfinished ? [.. tables, unfinished] : tables;
    }

    /// <summary>Writes <c>results.csv</c>, <c>report.md</c>, <c>index.html</c>, <c>plots/</c> and <c>samples/</c>.</summary>
    /// <param name="resultsDirs">Folders of cells, of experiments, or roots of experiments.</param>
    /// <param name="outDir">Folder of the report, made if it is missing; an older report's plots and samples in it are removed.</param>
    /// <exception cref="BadInputException">A folder is missing or holds no cell, or a file in it is malformed.</exception>
    public static void Build(IReadOnlyList<string> resultsDirs, string outDir)
    {
        var tree = ResultsTree.Read(resultsDirs);
        var datasets = DatasetResults.Group(tree).Select(dataset => (Results: dataset, Plots: Plots(dataset).ToArray())).ToArray();
        var controls = ControlReport.Of(tree);
        ReportSection[] sections =
        [
            .. datasets.Select(dataset => Section(dataset.Results, [.. dataset.Plots.Select(plot => plot.File)])), .. controls.Select(report => report.Section),
        ];
        string[] experiments = [.. tree.Cells.Select(cell => cell.Specification.Experiment).Concat(tree.Controls.Select(result => result.Experiment)).Distinct()];
        var document = new ReportDocument(experiments, sections, Unfinished(tree));

        var plots = EmptyFolder(Path.Combine(outDir, "plots"));
        foreach (var (file, plot) in datasets.SelectMany(dataset => dataset.Plots))
            file.Write(plot, plots);
        foreach (var (file, panels) in controls.SelectMany(report => report.Plots))
            file.Write(panels, ControlPlot.Columns, plots);
        var samples = EmptyFolder(Path.Combine(outDir, "samples"));
        foreach (var (_, grid) in sections.SelectMany(section => section.Grids))
            AtomicFile.Write(Path.Combine(samples, grid.FileName), stream => stream.Write(File.ReadAllBytes(grid.Source)));
        CsvFile.Write(Path.Combine(outDir, "results.csv"), FigureList.Of(tree));
        AtomicFile.WriteText(Path.Combine(outDir, "report.md"), MarkdownReport.Render(document));
        AtomicFile.WriteText(Path.Combine(outDir, "index.html"), HtmlReport.Render(document));
    }

    private static ReportSection Section(DatasetResults dataset, IReadOnlyList<PlotFile> plots)
    {
        var comparison = ComparisonTable.Of(dataset);
        return new ReportSection(dataset.Name, ComparisonTable.OtherFigures(dataset) is { } other ? [comparison, other] : [comparison],
            Protocols(dataset.Rows.Concat(dataset.Baselines).SelectMany(row => row.Figures)), plots, [.. dataset.Rows.Where(row => row.Grid is not null).Select(row => (row.Label, row.Grid!))]);
    }

    /// <summary>Each metric, with its kind where it has several, and its protocols.</summary>
    internal static IReadOnlyList<(string Metric, IReadOnlyList<string> Texts)> Protocols(IEnumerable<Figure> figures) =>
    [
        .. figures.Where(figure => figure.Protocol.Length > 0)
            .GroupBy(figure => figure.Kind is "" or "measured" ? figure.Metric : $"{figure.Metric} {figure.Kind}").OrderBy(metric => metric.Key, NumericOrder.Comparer)
            .Select(metric => (metric.Key, (IReadOnlyList<string>)[.. metric.Select(figure => figure.Protocol).Distinct().Order(StringComparer.Ordinal)])),
    ];

    private static IEnumerable<(PlotFile File, Plot Plot)> Plots(DatasetResults dataset)
    {
        if (PlanePlot.Of(dataset) is { } plane)
            yield return plane;
        var metrics = dataset.Rows.SelectMany(row => row.Figures).Select(figure => figure.Metric);
        if (MetricNames.Quality(metrics).FirstOrDefault(name => MetricNames.Direction(name) < 0) is { } distance)
        {
            if (QualityPlot.AgainstTime(dataset, distance) is { } time)
                yield return time;
            if (QualityPlot.AgainstNfe(dataset, distance) is { } nfe)
                yield return nfe;
        }
        foreach (var training in TrainingPlot.Of(dataset))
            yield return training;
    }

    private static ReportTable? Unfinished(ResultsTree tree)
    {
        var cells = tree.Cells.Where(cell => cell.State != CellStatus.Complete).ToArray();
        ReportColumn[] columns = [new("experiment", false), new("cell", false, true), new("state", false, true), new("reason", false, true)];
        return cells.Length == 0 ? null : new ReportTable("Cells that are not complete", columns, [.. cells.Select(cell => (IReadOnlyList<ReportCell>)
            [new(cell.Specification.Experiment), new(cell.Folder.Id), new(cell.State), cell.Reason.Length == 0 ? ReportCell.Nothing : new(cell.Reason)])], []);
    }

    private static string EmptyFolder(string path)
    {
        Directory.CreateDirectory(path);
        foreach (var stale in Directory.GetFiles(path).Where(file => Path.GetExtension(file) is ".png" or ".svg"))
            File.Delete(stale);
        return path;
    }
}
