using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>JSON Schemas of option records.</summary>
internal sealed class OptionSchema(XmlSummaries summaries)
{
    /// <summary>An object that has these members and no others.</summary>
    internal static JsonObject Closed(JsonObject properties, params IEnumerable<string> required) => new()
    {
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = Array(required),
        ["additionalProperties"] = false,
    };

    internal static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    /// <summary>The schema of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="multiplies">Whether a list where the member is scalar multiplies the matrix.</param>
    internal JsonObject Record(OptionRecord record, bool multiplies) => Closed(Members(record, multiplies));

    /// <summary>A schema for each member, with its summary and its default.</summary>
    internal JsonObject Members(OptionRecord record, bool multiplies)
    {
        var standard = record.CreateDefault();
        var members = new JsonObject();
        foreach (var member in record.Members)
        {
            var schema = Value(member, multiplies);
            if (summaries.Of(member.Property) is { } summary)
                schema["description"] = summary;
            schema["default"] = member.ToJson(standard);
            members[member.Name] = schema;
        }
        return members;
    }

    private JsonObject Value(OptionMember member, bool multiplies)
    {
        var single = Shape(member.Shape, member.Rules, multiplies);
        var choices = new List<JsonNode> { single };
        if (multiplies)
            choices.Add(new JsonObject { ["type"] = "array", ["items"] = single.DeepClone(), ["minItems"] = 1 });
        if (member.Nullable)
            choices.Add(new JsonObject { ["type"] = "null" });
        return choices.Count == 1 ? single : new JsonObject { ["anyOf"] = new JsonArray([.. choices]) };
    }

    private JsonObject Shape(OptionShape shape, IReadOnlyList<ValidationAttribute> rules, bool multiplies) => shape switch
    {
        RecordShape nested => Record(nested.Record, multiplies),
        ListShape list => new JsonObject { ["type"] = "array", ["items"] = Shape(list.Item, rules, multiplies: false) },
        _ => Scalar((ScalarShape)shape, rules),
    };

    private static JsonObject Scalar(ScalarShape shape, IReadOnlyList<ValidationAttribute> rules)
    {
        if (shape.Type.IsEnum)
            return new JsonObject { ["enum"] = Array(shape.Names) };
        var schema = new JsonObject { ["type"] = TypeName(shape.Type) };
        foreach (var rule in rules)
        {
            if (rule is AllowedValuesAttribute allowed)
                schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value))]);
            else if (rule is RegularExpressionAttribute expression)
                schema["pattern"] = $"^{expression.Pattern}$";
            else if (rule is RangeAttribute range)
                AddLimits(schema, range);
        }
        return schema;
    }

    private static string TypeName(Type type) =>
        type == typeof(bool) ? "boolean" : type == typeof(string) ? "string" : type == typeof(double) ? "number" : "integer";

    private static void AddLimits(JsonObject schema, RangeAttribute range)
    {
        var (low, high) = (Convert.ToDouble(range.Minimum, null), Convert.ToDouble(range.Maximum, null));
        if (!OptionRules.IsEnd(low))
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = low;
        if (!OptionRules.IsEnd(high))
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = high;
    }
}
