using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads <c>training</c>: the shared one and a model's own over it.</summary>
internal static class TrainingMember
{
    /// <summary>The members of which a cell has exactly one.</summary>
    private static readonly string[] Budgets = ["steps", "images", "deviceSeconds"];

    /// <summary>The shared training with a model's own members over it; a budget of another kind replaces the shared one.</summary>
    /// <param name="shared">The experiment's, or null.</param>
    /// <param name="own">The model's, or null.</param>
    /// <param name="model">The model's entry, which an absent budget is charged to.</param>
    internal static TrainingSpec Read(SourceObject? shared, SourceObject? own, SourceObject model)
    {
        var record = OptionRecord.Of(typeof(TrainingSpec));
        foreach (var part in new[] { shared, own }.OfType<SourceObject>())
        {
            record.Bind(part);
            CheckOneBudget(part);
        }
        var merged = (shared, own) switch
        {
            (null, _) => own,
            (_, null) => shared,
            _ => (Given(own).Any() ? shared.Without(Budgets) : shared).MergedWith(own),
        };
        return merged is not null && Given(merged).Any()
            ? (TrainingSpec)record.Bind(merged)
            : throw model.Error("no training budget; give one of steps, images or deviceSeconds in 'training'");
    }

    private static IEnumerable<SourceMember> Given(SourceObject training) =>
        training.Members.Where(member => Budgets.Contains(member.Name) && !member.Value.IsNull);

    private static void CheckOneBudget(SourceObject training)
    {
        if (Given(training).ToArray() is [var first, var second, ..])
            throw second.Error($"a second budget beside {first.Name}; give only one of steps, images or deviceSeconds");
    }
}
