using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>One text for one value: members in ordinal order, no white space, numbers in their shortest round-trip
/// form whatever way they were written (<c>1.0</c> is <c>1</c>).</summary>
internal static class CanonicalJson
{
    internal static string Write(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => $"{{{string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{Quote(member.Key)}:{Write(member.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Write))}]",
        _ when node.GetValueKind() == JsonValueKind.Number => Number(node.ToJsonString()),
        _ when node.GetValueKind() == JsonValueKind.String => Quote(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static string Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
        ? whole.ToString(CultureInfo.InvariantCulture)
        : double.Parse(text, CultureInfo.InvariantCulture) is var number && number == Math.Truncate(number) && Math.Abs(number) < 1e15
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
}
