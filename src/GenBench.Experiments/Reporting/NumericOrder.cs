using System.Text.RegularExpressions;

namespace GenBench.Experiments.Reporting;

/// <summary>Ordinal order in which runs of digits count as numbers: <c>steps=20</c> before <c>steps=100</c>.</summary>
internal static partial class NumericOrder
{
    /// <summary>Compares so.</summary>
    public static readonly IComparer<string> Comparer = Comparer<string>.Create((left, right) =>
        string.CompareOrdinal(Padded(left), Padded(right)) is var order and not 0 ? order : string.CompareOrdinal(left, right));

    private static string Padded(string text) => Digits().Replace(text, match => match.Value.PadLeft(20, '0'));

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
