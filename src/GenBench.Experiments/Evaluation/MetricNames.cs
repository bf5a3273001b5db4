using GenBench.Core;
using GenBench.Metrics;

namespace GenBench.Experiments.Evaluation;

/// <summary>The quality metrics that an experiment file can ask for.</summary>
public static class MetricNames
{
    /// <summary>Name and what it is, in the order of the tables.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Described { get; } =
    [
        new("fid_clf", "Fréchet distance of classifier features; lower is better"),
        new("kid_clf", "kernel distance (unbiased MMD², cubic kernel) of classifier features; lower is better"),
        new("is_clf", "inception score of the classifier's class probabilities; higher is better"),
        new("precision", "share of samples inside the reference manifold, k = 3; higher is better"),
        new("recall", "share of reference images inside the sample manifold, k = 3; higher is better"),
        new("density", "mean number of reference neighbourhoods around a sample over k = 5; higher is better"),
        new("coverage", "share of reference neighbourhoods that hold a sample, k = 5; higher is better"),
        new("confident", "share of samples that the classifier gives one class a probability above 0.9"),
        new("class_accuracy", "share of samples that the classifier gives the class asked for; conditional models only; higher is better"),
        new("class_entropy", "entropy in nats of the classes that the classifier gives the samples, at most ln K; with class_count_k, how many are of class k"),
        new("sliced_wasserstein", "sliced Wasserstein distance of real vectors, such as points; lower is better"),
        new("mmd2", "squared maximum mean discrepancy of real vectors, Gaussian kernel; lower is better"),
    ];

    /// <summary>Those of real values, the first of which decides between snapshots. All others look at images through a classifier.</summary>
    public static IReadOnlyList<string> OfReals { get; } = ["sliced_wasserstein", "mmd2"];

    /// <summary>The names alone.</summary>
    public static IReadOnlyCollection<string> All { get; } = [.. Described.Select(pair => pair.Key)];

    /// <summary>Whether a metric has a meaning for such data.</summary>
    public static bool Suits(string name, DataValues values) => OfReals.Contains(name) == (values == DataValues.Reals);

    /// <summary>The metric that decides between snapshots; lower is better.</summary>
    public static string Deciding(DataValues values) => values == DataValues.Reals ? OfReals[0] : "fid_clf";

    /// <summary>Whether a row of <c>metrics.csv</c> is one of them, or a count that came with one.</summary>
    public static bool IsQuality(string row) => All.Contains(row) || row.StartsWith(ClassHistogram.CountPrefix, StringComparison.Ordinal);

    /// <summary>Those of the names asked for that samples can have: <c>class_accuracy</c> only where classes were asked for.</summary>
    public static IReadOnlyList<string> Applicable(IReadOnlyList<string> asked, bool labelled) =>
        labelled ? asked : [.. asked.Where(name => name != "class_accuracy")];
}
