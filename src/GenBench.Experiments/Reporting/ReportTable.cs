namespace GenBench.Experiments.Reporting;

/// <summary>A table as Markdown, HTML and the console alike print it.</summary>
/// <param name="Title">What the rows have in common: the dataset.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, each with a cell per column.</param>
/// <param name="Notes">What the marks mean, one sentence each; only of marks that occur.</param>
public sealed record ReportTable(string Title, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows, IReadOnlyList<string> Notes)
{
    /// <summary>The same rows with the columns that a narrow screen has room for.</summary>
    public ReportTable Compact()
    {
        var kept = Columns.Index().Where(column => column.Item.Compact).Select(column => column.Index).ToArray();
        return this with { Columns = [.. kept.Select(index => Columns[index])], Rows = [.. Rows.Select(row => (IReadOnlyList<ReportCell>)[.. kept.Select(index => row[index])])] };
    }

    /// <summary>The same rows without the columns that are empty in all of them; the first ones always stay.</summary>
    internal ReportTable WithoutEmptyColumns(int always)
    {
        var kept = Enumerable.Range(0, Columns.Count).Where(index => index < always || Rows.Any(row => row[index].Text != ReportCell.Nothing.Text)).ToHashSet();
        return this with
        {
            Columns = [.. Columns.Where((_, index) => kept.Contains(index))],
            Rows = [.. Rows.Select(row => (IReadOnlyList<ReportCell>)[.. row.Where((_, index) => kept.Contains(index))])],
        };
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Header">Its header, plain text.</param>
/// <param name="RightAligned">True for numbers.</param>
/// <param name="Compact">True where it stays on a narrow screen.</param>
public sealed record ReportColumn(string Header, bool RightAligned, bool Compact = false);

/// <summary>A cell of a table.</summary>
/// <param name="Text">Plain text, not escaped.</param>
/// <param name="Emphasis">How it stands out.</param>
public sealed record ReportCell(string Text, Emphasis Emphasis = Emphasis.None)
{
    /// <summary>No such figure: a dash, never a zero.</summary>
    public static readonly ReportCell Nothing = new("—");
}

/// <summary>How a cell of a table stands out.</summary>
public enum Emphasis
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The best of its column among rows that may be compared.</summary>
    Best,

    /// <summary>The name of a baseline.</summary>
    Baseline,
}
