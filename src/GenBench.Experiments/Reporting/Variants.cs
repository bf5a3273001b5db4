using System.Text.Json.Nodes;

namespace GenBench.Experiments.Reporting;

/// <summary>
/// Names for things that differ in their options: only the options whose values are not the same throughout are
/// printed, <c>vae(latent=32)</c> beside <c>vae(latent=64)</c>, plain <c>vae</c> where there is but one.
/// </summary>
internal static class Variants
{
    // What decides when something is written changes no weight, and so makes no variant.
    private static readonly string[] Unessential = ["logEvery", "checkpointSeconds"];

    /// <summary>The options of a model with its training, as what makes two runs seeds of one variant.</summary>
    public static IReadOnlyDictionary<string, string> Of(CellSpecification cell)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(cell.Model.Options, "", options);
        Flatten(cell.Training, "", options, name => options.ContainsKey(name) ? "training." + name : name);
        foreach (var name in Unessential)
            options.Remove(name);
        options["version"] = cell.Model.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return options;
    }

    /// <summary>The options of a dataset.</summary>
    public static IReadOnlyDictionary<string, string> Of(DatasetPart dataset)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(dataset.Options, "", options);
        return options;
    }

    /// <summary>One text for all options, equal where they are equal.</summary>
    public static string Key(IReadOnlyDictionary<string, string> options) => string.Join('\n', options.Select(option => $"{option.Key}={option.Value}"));

    /// <summary>The name of one among <paramref name="all"/> of its kind.</summary>
    public static string Label(string kind, IReadOnlyDictionary<string, string> options, IReadOnlyCollection<IReadOnlyDictionary<string, string>> all)
    {
        var differing = options.Where(option => all.Any(other => other.GetValueOrDefault(option.Key) != option.Value)).ToArray();
        return differing.Length == 0 ? kind : $"{kind}({string.Join(", ", differing.Select(option => $"{option.Key}={option.Value}"))})";
    }

    private static void Flatten(JsonObject json, string prefix, SortedDictionary<string, string> options, Func<string, string>? rename = null)
    {
        foreach (var (name, value) in json)
        {
            if (value is JsonObject inner)
                Flatten(inner, $"{prefix}{name}.", options, rename);
            else if (value is not null)
                options[rename is null ? prefix + name : rename(prefix + name)] = value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        }
    }
}
