using GenBench.Core;
using GenBench.Metrics;

namespace GenBench.Experiments.SampleSets;

/// <summary>
/// Which figures two sets allow, and what they are called. <c>fid</c>, <c>kid</c> and <c>is</c> are on the genuine Inception alone, other
/// extractors stand behind an underscore, and distances of features of unknown origin are <c>frechet_distance</c> and <c>kernel_distance</c>.
/// </summary>
internal sealed class SetMetrics
{
    private readonly List<KeyValuePair<string, SetMetric>> allowed = [];

    /// <param name="samples">The samples.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="extractor">The extractor of what are images, or null.</param>
    /// <param name="distances">Only what compares the samples with the reference, not what is of the samples alone.</param>
    internal SetMetrics(SampleSet samples, SampleSet reference, IFeatureExtractor? extractor, bool distances = false)
    {
        var known = samples is ImageSet && reference is ImageSet ? extractor : null;
        Allow(known is null ? "frechet_distance" : Name("fid", known), SetMetric.Frechet);
        var rows = samples is not StatisticsSet && reference is not StatisticsSet;
        if (rows)
            Allow(known is null ? "kernel_distance" : Name("kid", known), SetMetric.Kernel);
        if (!distances && samples is ImageSet && extractor is { HasClasses: true })
            Allow(Name("is", extractor), SetMetric.Inception);
        if (rows)
            foreach (var name in new[] { "precision", "recall", "density", "coverage" })
                Allow(name, SetMetric.Neighbours);
    }

    /// <summary>The figures to compute, under their names.</summary>
    /// <param name="wanted">Names, or null for all.</param>
    /// <exception cref="BadInputException">A name is not among those that the sets allow, or is given twice.</exception>
    internal IReadOnlyList<KeyValuePair<string, SetMetric>> Choose(IReadOnlyList<string>? wanted)
    {
        if (wanted is null)
            return allowed;
        var names = allowed.Select(pair => pair.Key).ToArray();
        if (wanted.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw new BadInputException($"--metrics: these sets give no '{unknown}', only {string.Join(", ", names)}");
        if (wanted.Count != wanted.Distinct().Count())
            throw new BadInputException("--metrics: a name is given twice; remove one");
        return [.. wanted.Select(name => allowed.Single(pair => pair.Key == name))];
    }

    private static string Name(string metric, IFeatureExtractor extractor) => extractor.Name.Length == 0 ? metric : $"{metric}_{extractor.Name}";

    private void Allow(string name, SetMetric metric) => allowed.Add(new(name, metric));
}

/// <summary>How a figure is computed.</summary>
internal enum SetMetric
{
    /// <summary>Of rows, or of statistics.</summary>
    Frechet,

    /// <summary>Of rows.</summary>
    Kernel,

    /// <summary>Of the samples' class probabilities.</summary>
    Inception,

    /// <summary>Precision, recall, density and coverage, in one pass.</summary>
    Neighbours,
}
