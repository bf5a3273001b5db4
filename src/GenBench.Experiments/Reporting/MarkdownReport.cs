using System.Text;

namespace GenBench.Experiments.Reporting;

/// <summary>The report as GitHub-flavoured Markdown.</summary>
internal static class MarkdownReport
{
    public static string Render(ReportDocument document)
    {
        var text = new StringBuilder();
        text.Append($"# {Escape(string.Join(", ", document.Experiments))}\n\nEvery figure with its interval and protocol is in [results.csv](results.csv).\n");
        foreach (var section in document.Sections)
            Section(text, section);
        if (document.Unfinished is { } unfinished)
        {
            text.Append($"\n## {Escape(unfinished.Title)}\n\n");
            Table(text, unfinished);
        }
        return text.ToString();
    }

    private static void Section(StringBuilder text, ReportSection section)
    {
        text.Append($"\n## {Escape(section.Dataset)}\n");
        foreach (var table in section.Tables)
        {
            text.Append(table == section.Tables[0] ? "\n" : $"\n### {Escape(table.Title)}\n\n");
            Table(text, table);
        }
        if (section.Plots.Count > 0)
            text.Append("\n### Plots\n");
        foreach (var plot in section.Plots)
            text.Append($"\n![{Escape(plot.Caption)}](plots/{plot.Name}.png)\n[{plot.Name}.svg](plots/{plot.Name}.svg)\n");
        if (section.Grids.Count > 0)
            text.Append("\n### Samples\n");
        foreach (var (label, grid) in section.Grids)
            text.Append($"\n{Escape(label)}\n\n![{Escape(label)}](samples/{Uri.EscapeDataString(grid.FileName)})\n");
        if (section.Protocols.Count > 0)
            text.Append("\n### Protocol\n\n");
        foreach (var (metric, texts) in section.Protocols)
            text.Append($"- **{Escape(metric)}**: {string.Join("; or: ", texts.Select(Escape))}\n");
    }

    private static void Table(StringBuilder text, ReportTable table)
    {
        Line(text, table.Columns.Select(column => Escape(column.Header)));
        Line(text, table.Columns.Select(column => column.RightAligned ? "---:" : "---"));
        foreach (var row in table.Rows)
            Line(text, row.Select(Cell));
        foreach (var note in table.Notes)
            text.Append($"\n{Escape(note)}\n");
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Cell(ReportCell cell) => cell.Emphasis switch
    {
        Emphasis.Best => $"**{Escape(cell.Text)}**",
        Emphasis.Baseline => $"*{Escape(cell.Text)}*",
        _ => Escape(cell.Text),
    };

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var symbol in text.ReplaceLineEndings(" "))
            escaped.Append(symbol switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '\\' or '|' or '*' or '_' or '`' or '[' or ']' => $"\\{symbol}",
                _ => symbol.ToString(),
            });
        return escaped.ToString();
    }
}
