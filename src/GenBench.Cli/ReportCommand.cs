using System.CommandLine;
using System.Text.RegularExpressions;
using GenBench.Experiments.Reporting;
using Spectre.Console;

namespace GenBench.Cli;

/// <summary><c>genbench report RESULTS_DIR…</c>: tables and plots anew from the files.</summary>
internal static partial class ReportCommand
{
    /// <summary>Columns of a table that goes to a file or a pipe, where nothing tells how wide it may be.</summary>
    private const int WidthOfFiles = 160;

    internal static Command Create()
    {
        var folders = new Argument<string[]>("RESULTS_DIR") { Description = "results/<experiment>, one or more.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--out") { Description = "Where the report goes (default: <the first RESULTS_DIR>/report)." };
        var command = new Command("report", "Regenerate tables and plots from the results.") { folders, output };
        command.SetAction(parsed =>
        {
            var directories = parsed.GetValue(folders)!;
            Build(directories, parsed.GetValue(output) ?? Path.Combine(directories[0], "report"));
        });
        return command;
    }

    /// <summary>Writes the report and prints its tables.</summary>
    internal static void Build(IReadOnlyList<string> folders, string output)
    {
        ReportBuilder.Build(folders, output);
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        foreach (var table in ReportBuilder.Tables(folders))
            Print(table.Compact());
        Console.WriteLine($"report: {Path.Combine(output, "report.md")}");
    }

    /// <summary>A screen has no room for the intervals, which the report gives.</summary>
    private static string Text(ReportCell cell) => Markup.Escape(Interval().Replace(cell.Text, ""));

    [GeneratedRegex(@" \[[^\]]*\]")]
    private static partial Regex Interval();

    private static void Print(ReportTable table)
    {
        var grid = new Table().Border(TableBorder.Simple).Title(Markup.Escape(table.Title));
        foreach (var column in table.Columns)
            grid.AddColumn(new TableColumn(Markup.Escape(column.Header)) { NoWrap = true, Alignment = column.RightAligned ? Justify.Right : Justify.Left });
        foreach (var row in table.Rows)
            grid.AddRow(row.Select(cell => cell.Emphasis == Emphasis.Best ? $"[bold]{Text(cell)}[/]" : Text(cell)).ToArray());
        AnsiConsole.Write(grid);
    }
}
