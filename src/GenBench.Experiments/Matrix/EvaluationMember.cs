using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads <c>evaluation</c>: the shared one and a model's own <c>likelihood</c> over it.</summary>
internal static class EvaluationMember
{
    /// <param name="shared">The experiment's, or null.</param>
    /// <param name="model">The model's entry, which may have a <c>likelihood</c> of its own, null to measure none.</param>
    /// <param name="metricNames">The quality metrics there are.</param>
    /// <param name="dataset">What is evaluated; metrics that are not given are those that suit it.</param>
    internal static EvaluationSpec Read(SourceObject? shared, SourceObject model, IReadOnlyCollection<string> metricNames, DatasetChoice dataset)
    {
        var record = OptionRecord.Of(typeof(EvaluationSpec));
        var evaluation = shared ?? new SourceObject(model.Place, "evaluation", []);
        record.Bind(evaluation);
        if (evaluation["metrics"] is SourceArray metrics)
            CheckMetrics(metrics, metricNames, dataset);
        if (model.Member("likelihood") is { } own)
            evaluation = evaluation.MergedWith(model with { Members = [own] });
        var spec = (EvaluationSpec)record.Bind(evaluation);
        return evaluation["metrics"] is null && dataset.Data.Values == DataValues.Reals ? spec with { Metrics = MetricNames.OfReals } : spec;
    }

    private static void CheckMetrics(SourceArray metrics, IReadOnlyCollection<string> known, DatasetChoice dataset)
    {
        var seen = new HashSet<string>();
        foreach (var metric in metrics.Items)
        {
            var name = metric.AsString();
            if (!known.Contains(name))
                throw metric.Error(Registry.Unknown("metric", name, known));
            if (!MetricNames.Suits(name, dataset.Data.Values))
                throw metric.Error($"'{name}' has no meaning for {dataset.Name}; metrics that have: {string.Join(", ", known.Where(other => MetricNames.Suits(other, dataset.Data.Values)))}");
            if (!seen.Add(name))
                throw metric.Error($"'{name}' is given twice; remove one");
        }
    }
}
