using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads <c>evaluation</c>: the shared one and a model's own <c>likelihood</c> over it.</summary>
internal static class EvaluationMember
{
    /// <param name="shared">The experiment's, or null.</param>
    /// <param name="model">The model's entry, which may have a <c>likelihood</c> of its own, null to measure none.</param>
    /// <param name="metricNames">The quality metrics there are.</param>
    internal static EvaluationSpec Read(SourceObject? shared, SourceObject model, IReadOnlyCollection<string> metricNames)
    {
        var record = OptionRecord.Of(typeof(EvaluationSpec));
        var evaluation = shared ?? new SourceObject(model.Place, "evaluation", []);
        record.Bind(evaluation);
        if (evaluation["metrics"] is SourceArray metrics)
            CheckMetrics(metrics, metricNames);
        if (model.Member("likelihood") is { } own)
            evaluation = evaluation.MergedWith(model with { Members = [own] });
        return (EvaluationSpec)record.Bind(evaluation);
    }

    private static void CheckMetrics(SourceArray metrics, IReadOnlyCollection<string> known)
    {
        var seen = new HashSet<string>();
        foreach (var metric in metrics.Items)
        {
            var name = metric.AsString();
            if (!known.Contains(name))
                throw metric.Error(Registry.Unknown("metric", name, known));
            if (!seen.Add(name))
                throw metric.Error($"'{name}' is given twice; remove one");
        }
    }
}
