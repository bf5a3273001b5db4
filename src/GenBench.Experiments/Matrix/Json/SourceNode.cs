using System.Text.Json;
using GenBench.Core;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>Where a value stands: line and column from 1 (in characters), or line 0 where the text is no file's.</summary>
internal readonly record struct Place(string Source, int Line, int Column)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";

    /// <summary>An error in one line: <c>FILE:LINE:COLUMN: PATH: what is wrong; what to do</c>.</summary>
    internal BadInputException Error(string path, string message) =>
        new($"{this}: {(path.Length == 0 ? "" : $"{path}: ")}{message}".ReplaceLineEndings(" "));
}

/// <summary>A JSON value that remembers where it stands; System.Text.Json's nodes do not.</summary>
/// <param name="Place">Its first character.</param>
/// <param name="Path">Its path from the root, e.g. <c>models[0].options.latent</c>; empty for the root.</param>
internal abstract record SourceNode(Place Place, string Path)
{
    /// <summary>What it is, with an article, for messages.</summary>
    internal abstract string What { get; }

    internal bool IsNull => this is SourceScalar { Type: JsonValueKind.Null };

    internal BadInputException Error(string message) => Place.Error(Path, message);

    internal SourceObject AsObject() => this as SourceObject ?? throw Error($"expected an object, found {What}");

    /// <summary>The items of a list that must not be empty.</summary>
    internal IReadOnlyList<SourceNode> AsItems() => this switch
    {
        SourceArray { Items.Count: > 0 } array => array.Items,
        SourceArray => throw Error("the list is empty; give at least one item"),
        _ => throw Error($"expected a list, found {What}"),
    };

    internal string AsString() => this is SourceScalar { Type: JsonValueKind.String } scalar
        ? scalar.Text
        : throw Error($"expected a string, found {What}");
}

/// <summary>A string, number, truth value or null.</summary>
/// <param name="Place">Its first character.</param>
/// <param name="Path">Its path.</param>
/// <param name="Type">Which of them.</param>
/// <param name="Text">The string unescaped, or the token as it is written.</param>
internal sealed record SourceScalar(Place Place, string Path, JsonValueKind Type, string Text) : SourceNode(Place, Path)
{
    internal override string What => Type switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => Text,
    };

    /// <summary>The value as a message quotes it.</summary>
    internal string Quoted => Type == JsonValueKind.String ? $"'{Text}'" : Text;
}

/// <summary>A list.</summary>
internal sealed record SourceArray(Place Place, string Path, IReadOnlyList<SourceNode> Items) : SourceNode(Place, Path)
{
    internal override string What => "a list";
}

/// <summary>A member of an object, with the place of its name.</summary>
internal sealed record SourceMember(string Name, Place Place, SourceNode Value)
{
    internal BadInputException Error(string message) => Place.Error(Value.Path, message);
}

/// <summary>An object; its members' names are unique.</summary>
internal sealed record SourceObject(Place Place, string Path, IReadOnlyList<SourceMember> Members) : SourceNode(Place, Path)
{
    internal override string What => "an object";

    internal SourceMember? Member(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>The member's value, or null where it is not given.</summary>
    internal SourceNode? this[string name] => Member(name)?.Value;

    internal SourceNode Required(string name) => this[name] ?? throw Error($"'{name}' is missing; give it");

    internal SourceObject Without(params IEnumerable<string> names) =>
        this with { Members = [.. Members.Where(member => !names.Contains(member.Name))] };

    internal SourceObject Only(params IEnumerable<string> names) =>
        this with { Members = [.. Members.Where(member => names.Contains(member.Name))] };

    /// <summary>The options that stand beside an entry's own members; an unknown one is refused here, where both are known.</summary>
    internal SourceObject OptionsBeside(IReadOnlyList<string> members, OptionRecord record)
    {
        RejectUnknown([.. members, .. record.Names]);
        return Without(members);
    }

    internal SourceObject With(SourceMember member) => this with
    {
        Members = Member(member.Name) is { } old
            ? [.. Members.Select(present => present == old ? member : present)]
            : [.. Members, member],
    };

    /// <summary>These members, replaced or joined by those of <paramref name="over"/>; objects within are merged in turn.</summary>
    internal SourceObject MergedWith(SourceObject over) => over.Members.Aggregate(this, (merged, member) =>
        merged[member.Name] is SourceObject mine && member.Value is SourceObject theirs
            ? merged.With(member with { Value = mine.MergedWith(theirs) })
            : merged.With(member));

    /// <summary>Refuses members that are not known, with the likeliest known one.</summary>
    internal void RejectUnknown(params IReadOnlyCollection<string> known)
    {
        if (Members.FirstOrDefault(member => !known.Contains(member.Name)) is { } unknown)
            throw unknown.Error($"unknown member; {Suggestion.For(unknown.Name, known)}");
    }
}
