using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using GenBench.Core;

namespace GenBench.Data;

/// <summary>Holds options to the ranges that their properties declare, for those who did not read them from a file.</summary>
internal static class OptionRules
{
    /// <exception cref="InvalidOptionException">A property is outside its range.</exception>
    internal static void Check(object options)
    {
        foreach (var property in options.GetType().GetProperties())
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
                if (property.GetValue(options) is var value && !rule.IsValid(value))
                    throw new InvalidOptionException(JsonNamingPolicy.CamelCase.ConvertName(property.Name), string.Create(CultureInfo.InvariantCulture, $"must be {Range(rule)}, not {value}"));
    }

    private static string Range(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"from {range.Minimum} to {range.Maximum}"),
        AllowedValuesAttribute allowed => string.Join(" or ", allowed.Values),
        _ => rule.FormatErrorMessage("valid"),
    };
}
