using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenBench.Core;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>One option of a record.</summary>
/// <param name="Property">The property that holds it.</param>
/// <param name="Name">Its name in JSON, camelCase.</param>
/// <param name="Shape">What JSON it takes.</param>
/// <param name="Nullable">Whether null is a value of it.</param>
internal sealed record OptionMember(PropertyInfo Property, string Name, OptionShape Shape, bool Nullable)
{
    /// <summary>The ranges and allowed values that the record declares.</summary>
    internal IReadOnlyList<ValidationAttribute> Rules { get; } = [.. Property.GetCustomAttributes<ValidationAttribute>()];

    /// <summary>The node's value, checked.</summary>
    internal object? Bind(SourceNode node)
    {
        if (node.IsNull)
            return Nullable ? null : throw Shape.Mismatch(node);
        var value = Shape.Bind(node);
        foreach (var rule in Rules)
            OptionRules.Check(rule, value, node);
        return value;
    }

    internal JsonNode? ToJson(object owner) => Property.GetValue(owner) is { } value ? Shape.ToJson(value) : null;
}

/// <summary>A record of options as JSON sees it: its settable properties in order of declaration.</summary>
internal sealed class OptionRecord
{
    private readonly Type type;

    private OptionRecord(Type type)
    {
        this.type = type;
        Members = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true }).OrderBy(property => property.MetadataToken).Select(Describe)];
    }

    internal IReadOnlyList<OptionMember> Members { get; }

    internal IReadOnlyList<string> Names => [.. Members.Select(member => member.Name)];

    /// <exception cref="BadInputException">A property has a type that no option can have.</exception>
    internal static OptionRecord Of(Type type) => new(type);

    private static OptionMember Describe(PropertyInfo property)
    {
        var shape = OptionShape.Of(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            ?? throw new BadInputException($"{property.DeclaringType}.{property.Name}: {property.PropertyType} cannot be an option; " +
                "use bool, int, long, double, string, an enum, a list of these or a record");
        var nullable = new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
        return new OptionMember(property, JsonNamingPolicy.CamelCase.ConvertName(property.Name), shape, nullable);
    }

    internal object CreateDefault() => Activator.CreateInstance(type)!;

    /// <summary>A record with the members of the node, checked; the others keep their defaults.</summary>
    internal object Bind(SourceObject node)
    {
        node.RejectUnknown(Names);
        var value = CreateDefault();
        foreach (var member in Members)
        {
            if (node[member.Name] is { } given)
                member.Property.SetValue(value, member.Bind(given));
        }
        return value;
    }

    /// <summary>Every member with its value, defaults included.</summary>
    internal JsonObject ToJson(object value) =>
        new(Members.Select(member => KeyValuePair.Create(member.Name, member.ToJson(value))));

    /// <summary>The members whose value differs from the default. A nested record is compared member by member, so
    /// that an option added to it later leaves this unchanged.</summary>
    internal JsonObject Changed(object value)
    {
        var standard = CreateDefault();
        var changed = new JsonObject();
        foreach (var member in Members)
        {
            var (mine, theirs) = (member.ToJson(value), member.ToJson(standard));
            if (CanonicalJson.Write(mine) != CanonicalJson.Write(theirs))
                changed[member.Name] = mine is not null && member.Shape is RecordShape nested ? nested.Record.Changed(member.Property.GetValue(value)!) : mine;
        }
        return changed;
    }
}
