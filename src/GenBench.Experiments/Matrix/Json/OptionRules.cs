using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>Checks values by their annotations, with messages that show the value found.</summary>
internal static class OptionRules
{
    internal static void Check(ValidationAttribute rule, object value, SourceNode node)
    {
        // A range or a choice on a list is meant for its items.
        if (rule is RangeAttribute or AllowedValuesAttribute && node is SourceArray array)
        {
            foreach (var (item, place) in ((IEnumerable)value).Cast<object>().Zip(array.Items))
                Check(rule, item, place);
        }
        else if (!rule.IsValid(value))
        {
            throw node.Error(Reason(rule, node));
        }
    }

    private static string Reason(ValidationAttribute rule, SourceNode node)
    {
        var found = node is SourceScalar scalar ? $", found {scalar.Quoted}" : "";
        return rule switch
        {
            RangeAttribute range => $"must be {Describe(range)}{found}",
            AllowedValuesAttribute allowed => $"must be one of {string.Join(", ", allowed.Values)}{found}{Hint(allowed, node)}",
            _ => rule.FormatErrorMessage("it").TrimEnd('.') + found,
        };
    }

    private static string Hint(AllowedValuesAttribute allowed, SourceNode node) =>
        node is SourceScalar scalar && Suggestion.For(scalar.Text, [.. allowed.Values.Select(value => $"{value}")]) is var hint && hint.StartsWith("did", StringComparison.Ordinal)
            ? $"; {hint}"
            : "";

    /// <summary>The range in words; ends that are the type's own are not worth a word.</summary>
    internal static string Describe(RangeAttribute range)
    {
        var (low, high) = (Convert.ToDouble(range.Minimum, null), Convert.ToDouble(range.Maximum, null));
        var above = range.MinimumIsExclusive ? "above" : "at least";
        var below = range.MaximumIsExclusive ? "below" : "at most";
        if (IsEnd(high))
            return $"{above} {range.Minimum}";
        if (IsEnd(low))
            return $"{below} {range.Maximum}";
        return range is { MinimumIsExclusive: false, MaximumIsExclusive: false }
            ? $"between {range.Minimum} and {range.Maximum}"
            : $"{above} {range.Minimum} and {below} {range.Maximum}";
    }

    internal static bool IsEnd(double limit) => Math.Abs(limit) is int.MaxValue or >= long.MaxValue;
}
