using System.Text.Json;
using GenBench.Core;

namespace GenBench.Models;

/// <summary>Options that mean nothing for some data. At their defaults they are passed over; any other value is refused, since it
/// would change nothing.</summary>
internal static class UnusedOptions
{
    /// <summary>Refuses options that the data give no meaning.</summary>
    /// <param name="data">The data.</param>
    /// <param name="options">The options.</param>
    /// <param name="onReals">Names of properties that speak of 8-bit pixels.</param>
    /// <param name="onPoints">Names of properties that speak of height and width.</param>
    /// <exception cref="InvalidOptionException">One of them is given.</exception>
    internal static void Refuse<TOptions>(DataSpec data, TOptions options, string[] onReals, string[] onPoints)
        where TOptions : class, new()
    {
        if (data.Values != DataValues.Reals)
            return;
        var standard = new TOptions();
        foreach (var (name, what) in onReals.Select(name => (name, "real values")).Concat(data.IsPoints ? onPoints.Select(name => (name, "points")) : []))
        {
            var property = typeof(TOptions).GetProperty(name)!;
            if (!Same(property.GetValue(options), property.GetValue(standard)))
                throw new InvalidOptionException(JsonNamingPolicy.CamelCase.ConvertName(name), $"has no meaning for {what}; leave it out");
        }
    }

    private static bool Same(object? given, object? standard) =>
        given is IEnumerable<int> list && standard is IEnumerable<int> other ? list.SequenceEqual(other) : Equals(given, standard);
}
