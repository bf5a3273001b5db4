namespace GenBench.Experiments.Reporting;

/// <summary>A row of the tables and a point of the plots: one variant of a model under one sampler setting, over all its seeds.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Model">The variant's label.</param>
/// <param name="Sampler">The sampler setting, or empty.</param>
/// <param name="N">Images drawn for the quality figures; 0 where none were.</param>
/// <param name="Baseline">True for what no model made.</param>
/// <param name="BitReproducible">False where some training run cannot be repeated bit by bit.</param>
/// <param name="Figures">The figures of all seeds, in the seeds' order.</param>
/// <param name="Grid">The sample grid of the first seed, or null.</param>
internal sealed record ResultRow(
    string Experiment, string Model, string Sampler, long N, bool Baseline, bool BitReproducible, IReadOnlyList<Figure> Figures, SampleGrid? Grid)
{
    /// <summary>Of points in the plane: the file of the first seed's samples, or null.</summary>
    public string? Points { get; init; }

    /// <summary>Of points in the plane: the file of the first seed's density, where the model knows it exactly, or null.</summary>
    public string? Density { get; init; }

    /// <summary>Model and sampler in one text.</summary>
    public string Label => Sampler.Length == 0 ? Model : $"{Model} {Sampler}";

    /// <summary>The figures of one metric, one for each seed.</summary>
    public IReadOnlyList<Figure> this[string metric] => [.. Figures.Where(figure => figure.Metric == metric)];

    /// <summary>The mean of a metric over seeds, NaN where there is none.</summary>
    public double Mean(string metric) => this[metric].Select(figure => figure.Value).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The largest batch size whose speed was measured; 0 where none was.</summary>
    public int ThroughputBatch => Figures.Select(figure => MetricNames.SpeedBatch(figure.Metric)).DefaultIfEmpty(0).Max();
}

/// <summary>A grid of samples and where the report keeps its copy.</summary>
/// <param name="Source">The file in the results.</param>
/// <param name="FileName">Its name in the report's <c>samples/</c>.</param>
internal sealed record SampleGrid(string Source, string FileName);

/// <summary>What the report knows of metrics' names.</summary>
internal static class MetricNames
{
    public const string SpeedPrefix = "images_per_second_batch_";

    /// <summary>The metrics of sample quality among <paramref name="present"/>, in the order of the tables.</summary>
    public static IReadOnlyList<string> Quality(IEnumerable<string> present) =>
        [.. present.Distinct(StringComparer.Ordinal).Where(name => Rank(name) >= 0).OrderBy(Rank).ThenBy(name => name, StringComparer.Ordinal)];

    /// <summary>−1 where smaller is better, +1 where larger is, 0 where neither can be said: a density may exceed the real data's own.</summary>
    public static int Direction(string quality) => Rank(quality) switch { 0 or 1 or 8 or 9 => -1, 5 => 0, _ => 1 };

    /// <summary>The batch size of a speed, 0 for other metrics.</summary>
    public static int SpeedBatch(string name) => name.StartsWith(SpeedPrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(SpeedPrefix.Length), System.Globalization.CultureInfo.InvariantCulture, out var batch) ? batch : 0;

    private static int Rank(string name) => name switch
    {
        _ when name == "fid" || name.StartsWith("fid_", StringComparison.Ordinal) => 0,
        _ when name == "kid" || name.StartsWith("kid_", StringComparison.Ordinal) => 1,
        _ when name == "is" || name.StartsWith("is_", StringComparison.Ordinal) => 2,
        "precision" => 3,
        "recall" => 4,
        "density" => 5,
        "coverage" => 6,
        "class_accuracy" => 7,
        "sliced_wasserstein" => 8,
        "mmd2" => 9,
        _ => -1,
    };
}
