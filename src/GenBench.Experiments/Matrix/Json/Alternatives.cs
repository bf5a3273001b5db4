namespace GenBench.Experiments.Matrix.Json;

/// <summary>How lists multiply the matrix: a list where the option is scalar (or a record) stands for its items in
/// turn; where the option is itself a list, a list of lists does.</summary>
internal static class Alternatives
{
    /// <summary>All combinations, each without a list to choose from; the member given first varies slowest. A node
    /// without such a list is its own only alternative.</summary>
    internal static IReadOnlyList<SourceObject> Of(SourceObject node, OptionRecord record)
    {
        node.RejectUnknown(record.Names);
        IReadOnlyList<SourceObject> combinations = [node];
        foreach (var member in node.Members)
        {
            var values = Of(member.Value, record.Members.First(option => option.Name == member.Name).Shape);
            combinations = [.. combinations.SelectMany(_ => values, (combination, value) => combination.With(member with { Value = value }))];
        }
        return combinations;
    }

    private static IReadOnlyList<SourceNode> Of(SourceNode node, OptionShape shape)
    {
        if (node is SourceArray && shape is not ListShape)
            return [.. node.AsItems().SelectMany(item => Single(item, shape))];
        if (node is SourceArray { Items: [SourceArray, ..] } && shape is ListShape { Item: not ListShape })
            return [.. node.AsItems().Select(item => item is SourceArray ? item : throw shape.Mismatch(item))];
        return Single(node, shape);
    }

    private static IReadOnlyList<SourceNode> Single(SourceNode node, OptionShape shape) =>
        node is SourceObject members && shape is RecordShape nested ? Of(members, nested.Record) : [node];
}
