namespace GenBench.Experiments.Reporting;

/// <summary>All that was measured on one dataset.</summary>
/// <param name="Name">The dataset, with those options that tell it from others of its name.</param>
/// <param name="Rows">A row per model variant and sampler setting.</param>
/// <param name="Baselines">The rows that stand beside them, per number of images.</param>
/// <param name="Runs">Every training run with its variant's label.</param>
internal sealed record DatasetResults(
    string Name, IReadOnlyList<ResultRow> Rows, IReadOnlyList<ResultRow> Baselines, IReadOnlyList<(string Label, CellResult Cell)> Runs)
{
    private static readonly string[] BaselineOrder = ["real-train", "pixel-gaussian", "uniform-noise"];

    /// <summary>Of points in the plane: the file of some true ones, or null.</summary>
    public string? TruthPoints { get; private init; }

    /// <summary>Of points in the plane: the file of the density that they are drawn from, where it is known, or null.</summary>
    public string? TruthDensity { get; private init; }

    /// <summary>The number of images that most rows were drawn with, the larger of equals: the n at which rows are ranked.</summary>
    public long ReferenceN => Rows.Where(row => row.N > 0).GroupBy(row => row.N)
        .OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).Select(group => group.Key).FirstOrDefault();

    /// <summary>Groups complete cells by dataset, ordered by name.</summary>
    public static IReadOnlyList<DatasetResults> Group(ResultsTree tree)
    {
        var complete = tree.Cells.Where(cell => cell.Trained is not null).ToArray();
        var severalExperiments = tree.Cells.Select(cell => cell.Specification.Experiment).Distinct().Count() > 1;
        var groups = complete.GroupBy(cell => (cell.Specification.Dataset.Name, Key: Variants.Key(Variants.Of(cell.Specification.Dataset))))
            .OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Key, StringComparer.Ordinal).ToArray();
        return [.. groups.Select(group =>
        {
            var namesakes = groups.Where(other => other.Key.Name == group.Key.Name).Select(other => Variants.Of(other.First().Specification.Dataset)).ToArray();
            var label = Variants.Label(group.Key.Name, Variants.Of(group.First().Specification.Dataset), namesakes);
            var baselines = tree.Baselines.Where(baseline => (baseline.Dataset.Name, Variants.Key(Variants.Of(baseline.Dataset))) == group.Key).ToArray();
            return Of(label, [.. group], baselines, severalExperiments) with
            {
                TruthPoints = baselines.Select(baseline => baseline.Folder.TruthPoints).FirstOrDefault(File.Exists),
                TruthDensity = baselines.Select(baseline => baseline.Folder.TruthDensity).FirstOrDefault(File.Exists),
            };
        })];
    }

    private static DatasetResults Of(string name, IReadOnlyList<CellResult> cells, IEnumerable<BaselineResult> baselines, bool severalExperiments)
    {
        var runs = cells.Select(cell => (Cell: cell, Options: Variants.Of(cell.Specification))).ToArray();
        var variants = runs.GroupBy(run => (run.Cell.Specification.Experiment, run.Cell.Specification.Model.Kind, Key: Variants.Key(run.Options)))
            .OrderBy(group => group.Key.Experiment, StringComparer.Ordinal).ThenBy(group => group.Key.Kind, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Key, NumericOrder.Comparer)
            .Select(group => (group.Key.Kind, Options: group.First().Options, Cells: group.Select(run => run.Cell).OrderBy(cell => cell.Specification.Seed).ToArray())).ToArray();
        var labelled = variants.Select(variant =>
            (Label: Variants.Label(variant.Kind, variant.Options, [.. variants.Where(other => other.Kind == variant.Kind).Select(other => other.Options)]), variant.Cells)).ToArray();
        return new DatasetResults(name,
            [.. labelled.SelectMany(variant => VariantRows(variant.Label, variant.Cells, severalExperiments))],
            [.. baselines.SelectMany(BaselineRows).OrderByDescending(row => row.N).ThenBy(row => BaselinePlace(row.Model)).ThenBy(row => row.Model, StringComparer.Ordinal).ThenBy(row => row.Experiment, StringComparer.Ordinal)],
            [.. labelled.SelectMany(variant => variant.Cells.Select(cell => (variant.Label, cell)))]);
    }

    private static int BaselinePlace(string model) => Array.IndexOf(BaselineOrder, model) is var place and >= 0 ? place : BaselineOrder.Length;

    private sealed record Part(string Sampler, int Place, long N, int Occurrence, IReadOnlyList<Figure> Figures, SampleGrid? Grid, string? Points, CellResult Cell);

    private static IEnumerable<ResultRow> VariantRows(string label, CellResult[] seeds, bool severalExperiments) => seeds
        .SelectMany(cell => Parts(cell, severalExperiments))
        .GroupBy(part => (part.Sampler, part.N, part.Occurrence))
        .OrderBy(group => group.Min(part => part.Place)).ThenBy(group => group.Key.Sampler, NumericOrder.Comparer)
        .ThenByDescending(group => group.Key.N).ThenBy(group => group.Key.Occurrence)
        .Select(group => new ResultRow(seeds[0].Specification.Experiment, label,
            group.Key.Occurrence == 0 ? group.Key.Sampler : $"{group.Key.Sampler} ({group.Key.Occurrence + 1})".Trim(), group.Key.N, Baseline: false,
            group.All(part => part.Cell.BitReproducible), [.. group.SelectMany(part => part.Figures)],
            group.Select(part => part.Grid).FirstOrDefault(grid => grid is not null))
        {
            Points = group.Select(part => part.Points).FirstOrDefault(File.Exists),
            Density = seeds.SelectMany(cell => cell.Evaluations).Select(evaluation => evaluation.Folder.Density).FirstOrDefault(File.Exists),
        });

    /// <summary>
    /// The rows that one cell contributes to: one for each evaluation that drew images. What was measured without
    /// drawing (likelihood, cost) belongs to every row of its sampler, or of the cell where it names none.
    /// </summary>
    private static IEnumerable<Part> Parts(CellResult cell, bool severalExperiments)
    {
        var shared = cell.Evaluations.Where(evaluation => evaluation.Info is { Samples: 0, Sampler: "" }).ToArray();
        var common = FigureList.Training(cell).Concat(shared.SelectMany(evaluation => FigureList.Of(cell, evaluation))).ToArray();
        var samplers = cell.Evaluations.Except(shared).GroupBy(evaluation => evaluation.Info.Sampler).ToArray();
        if (samplers.Length == 0)
            yield return new Part("", 0, 0, 0, common, null, null, cell);
        foreach (var sampler in samplers)
        {
            var place = cell.Specification.Samplers.TakeWhile(setting => setting.Label != sampler.Key).Count();
            var undrawn = sampler.Where(evaluation => evaluation.Info.Samples == 0).SelectMany(evaluation => FigureList.Of(cell, evaluation)).ToArray();
            var drawn = sampler.Where(evaluation => evaluation.Info.Samples > 0).ToArray();
            if (drawn.Length == 0)
                yield return new Part(sampler.Key, place, 0, 0, [.. common, .. undrawn], null, null, cell);
            foreach (var sameCount in drawn.GroupBy(evaluation => evaluation.Info.Samples))
                foreach (var (occurrence, evaluation) in sameCount.Index())
                    yield return new Part(sampler.Key, place, sameCount.Key, occurrence, [.. common, .. undrawn, .. FigureList.Of(cell, evaluation)], Grid(cell, evaluation, severalExperiments), evaluation.Folder.Points, cell);
        }
    }

    private static SampleGrid? Grid(CellResult cell, EvaluationResult evaluation, bool severalExperiments) => File.Exists(evaluation.Folder.Grid)
        ? new SampleGrid(evaluation.Folder.Grid, $"{(severalExperiments ? cell.Specification.Experiment + "--" : "")}{cell.Folder.Id}--{evaluation.Name}.png")
        : null;

    private static IEnumerable<ResultRow> BaselineRows(BaselineResult baseline) => baseline.Evaluations.Select(evaluation => new ResultRow(
        baseline.Experiment, evaluation.Info.Model!, "", evaluation.Info.Samples, Baseline: true, BitReproducible: true, [.. FigureList.Of(baseline, evaluation)], null));
}
