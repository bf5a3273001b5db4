namespace GenBench.Experiments.Reporting;

/// <summary>What Markdown and HTML both show.</summary>
internal sealed record ReportDocument(IReadOnlyList<string> Experiments, IReadOnlyList<ReportSection> Sections, ReportTable? Unfinished);

/// <summary>One dataset.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Tables">The comparison, then the other figures if there are any.</param>
/// <param name="Protocols">Each metric, with its kind where it has several, and its protocols: more than one where they differ.</param>
/// <param name="Plots">Plots in <c>plots/</c>.</param>
/// <param name="Grids">Sample grids in <c>samples/</c>, by the row's label.</param>
internal sealed record ReportSection(
    string Dataset, IReadOnlyList<ReportTable> Tables, IReadOnlyList<(string Metric, IReadOnlyList<string> Texts)> Protocols,
    IReadOnlyList<PlotFile> Plots, IReadOnlyList<(string Label, SampleGrid Grid)> Grids);
