using System.Net;
using System.Text;

namespace GenBench.Experiments.Reporting;

/// <summary>The report as one page without scripts; plots and samples by relative links.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; color: #1b1f24; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; white-space: nowrap; text-align: left; } .right { text-align: right; }
        td.reason { white-space: normal; } .note { color: #57606a; margin: .3rem 0; font-size: .9em; }
        .samples { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; } figcaption { font-size: .9em; } img { max-width: 100%; }
        """;

    public static string Render(ReportDocument document)
    {
        var title = Escape(string.Join(", ", document.Experiments));
        var text = new StringBuilder();
        text.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        text.Append($"<title>{title}</title>\n<style>\n{Style.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n");
        text.Append("<p>Every figure with its interval and protocol is in <a href=\"results.csv\">results.csv</a>.</p>\n");
        foreach (var section in document.Sections)
            Section(text, section);
        if (document.Unfinished is { } unfinished)
            Table(text.Append($"<h2>{Escape(unfinished.Title)}</h2>\n"), unfinished);
        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void Section(StringBuilder text, ReportSection section)
    {
        text.Append($"<h2>{Escape(section.Dataset)}</h2>\n");
        foreach (var table in section.Tables)
        {
            if (table != section.Tables[0])
                text.Append($"<h3>{Escape(table.Title)}</h3>\n");
            Table(text, table);
        }
        foreach (var plot in section.Plots)
            text.Append($"<figure><img src=\"plots/{plot.Name}.svg\" alt=\"{Escape(plot.Caption)}\"><figcaption>{Escape(plot.Caption)} (<a href=\"plots/{plot.Name}.png\">PNG</a>)</figcaption></figure>\n");
        if (section.Grids.Count > 0)
        {
            text.Append("<h3>Samples</h3>\n<div class=\"samples\">\n");
            foreach (var (label, grid) in section.Grids)
                text.Append($"<figure><img src=\"samples/{Escape(Uri.EscapeDataString(grid.FileName))}\" alt=\"samples of {Escape(label)}\"><figcaption>{Escape(label)}</figcaption></figure>\n");
            text.Append("</div>\n");
        }
        if (section.Protocols.Count == 0)
            return;
        text.Append("<h3>Protocol</h3>\n<dl>\n");
        foreach (var (metric, texts) in section.Protocols)
            text.Append($"<dt>{Escape(metric)}</dt>").AppendJoin("", texts.Select(protocol => $"<dd>{Escape(protocol)}</dd>")).Append('\n');
        text.Append("</dl>\n");
    }

    private static void Table(StringBuilder text, ReportTable table)
    {
        text.Append("<div class=\"wide\"><table>\n<thead><tr>");
        foreach (var column in table.Columns)
            text.Append($"<th{Class(column)}>{Escape(column.Header)}</th>");
        text.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
            text.Append("<tr>").AppendJoin("", row.Zip(table.Columns, (cell, column) => $"<td{Class(column)}>{Cell(cell)}</td>")).Append("</tr>\n");
        text.Append("</tbody></table></div>\n");
        foreach (var note in table.Notes)
            text.Append($"<p class=\"note\">{Escape(note)}</p>\n");
    }

    private static string Class(ReportColumn column) => column.RightAligned ? " class=\"right\"" : column.Header == "reason" ? " class=\"reason\"" : "";

    private static string Cell(ReportCell cell) => cell.Emphasis switch
    {
        Emphasis.Best => $"<strong>{Escape(cell.Text)}</strong>",
        Emphasis.Baseline => $"<em>{Escape(cell.Text)}</em>",
        _ => Escape(cell.Text),
    };

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
