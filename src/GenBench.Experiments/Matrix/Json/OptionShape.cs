using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>What JSON an option takes: a scalar, a list or a nested record.</summary>
internal abstract record OptionShape
{
    /// <summary>What a message expects, e.g. <c>a number</c>.</summary>
    internal abstract string Wanted { get; }

    /// <summary>The value of a node.</summary>
    internal abstract object Bind(SourceNode node);

    /// <summary>The node that <see cref="Bind"/> reads back.</summary>
    internal abstract JsonNode ToJson(object value);

    internal Core.BadInputException Mismatch(SourceNode node) => node.Error($"expected {Wanted}, found " +
        (node is SourceArray ? "a list; only lists in options, samplers and datasets multiply the matrix" : node.What));

    /// <summary>The shape of a property's type, or null where options cannot have it.</summary>
    internal static OptionShape? Of(Type type)
    {
        if (ScalarShape.Takes(type))
            return new ScalarShape(type);
        if (ListShape.ItemOf(type) is { } item)
            return Of(item) is { } shape ? new ListShape(item, shape) : null;
        return type.IsClass && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true && type.GetConstructor([]) is not null
            ? new RecordShape(OptionRecord.Of(type))
            : null;
    }
}

/// <summary>bool, int, long, double, string or an enum.</summary>
internal sealed record ScalarShape(Type Type) : OptionShape
{
    internal static bool Takes(Type type) => type.IsEnum || type == typeof(bool) || type == typeof(int) || type == typeof(long)
        || type == typeof(double) || type == typeof(string);

    internal override string Wanted => Type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Names)}",
        _ when Type == typeof(bool) => "true or false",
        _ when Type == typeof(string) => "a string",
        _ when Type == typeof(double) => "a number",
        _ => "a whole number",
    };

    /// <summary>The enum's values as JSON names them: camelCase, or as <see cref="JsonStringEnumMemberNameAttribute"/> says.</summary>
    internal IReadOnlyList<string> Names => [.. Type.GetEnumValues().Cast<object>().Select(NameOf)];

    private string NameOf(object value) =>
        Type.GetField(value.ToString()!)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!);

    internal override object Bind(SourceNode node)
    {
        if (node is not SourceScalar scalar)
            throw Mismatch(node);
        return scalar.Type switch
        {
            JsonValueKind.String when Type == typeof(string) => scalar.Text,
            JsonValueKind.String when Type.IsEnum => EnumValue(scalar),
            JsonValueKind.True or JsonValueKind.False when Type == typeof(bool) => scalar.Type == JsonValueKind.True,
            JsonValueKind.Number when Type == typeof(double) => Double(scalar),
            JsonValueKind.Number when Type == typeof(int) || Type == typeof(long) => Whole(scalar),
            _ => throw Mismatch(node),
        };
    }

    private object EnumValue(SourceScalar scalar) =>
        Type.GetEnumValues().Cast<object>().FirstOrDefault(value => NameOf(value) == scalar.Text)
        ?? throw scalar.Error($"must be {Wanted}, found '{scalar.Text}'; {Suggestion.For(scalar.Text, Names)}");

    private static double Double(SourceScalar scalar)
    {
        var value = double.Parse(scalar.Text, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : throw scalar.Error($"expected a number of double precision, found {scalar.Text}");
    }

    private object Whole(SourceScalar scalar)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign;
        if (Type == typeof(int) && int.TryParse(scalar.Text, style, CultureInfo.InvariantCulture, out var number))
            return number;
        if (Type == typeof(long) && long.TryParse(scalar.Text, style, CultureInfo.InvariantCulture, out var large))
            return large;
        throw scalar.Error($"expected a whole number of {(Type == typeof(int) ? 32 : 64)} bits, found {scalar.Text}");
    }

    internal override JsonNode ToJson(object value) => value switch
    {
        bool truth => JsonValue.Create(truth),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        _ => JsonValue.Create(NameOf(value)),
    };
}

/// <summary>A list of scalars, lists or records, as an array.</summary>
internal sealed record ListShape(Type ItemType, OptionShape Item) : OptionShape
{
    internal override string Wanted => "a list";

    /// <summary>T where the type takes a T[], else null.</summary>
    internal static Type? ItemOf(Type type)
    {
        var item = type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[0] : null;
        return item is not null && type.IsAssignableFrom(item.MakeArrayType()) ? item : null;
    }

    internal override object Bind(SourceNode node)
    {
        if (node is not SourceArray array)
            throw Mismatch(node);
        var values = Array.CreateInstance(ItemType, array.Items.Count);
        for (var i = 0; i < values.Length; i++)
            values.SetValue(array.Items[i].IsNull ? throw Item.Mismatch(array.Items[i]) : Item.Bind(array.Items[i]), i);
        return values;
    }

    internal override JsonNode ToJson(object value) => new JsonArray([.. ((IEnumerable)value).Cast<object>().Select(Item.ToJson)]);
}

/// <summary>A nested record of options.</summary>
internal sealed record RecordShape(OptionRecord Record) : OptionShape
{
    internal override string Wanted => "an object";

    internal override object Bind(SourceNode node) => node is SourceObject members ? Record.Bind(members) : throw Mismatch(node);

    internal override JsonNode ToJson(object value) => Record.ToJson(value);
}
