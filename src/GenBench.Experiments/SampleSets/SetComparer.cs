using GenBench.Core;
using GenBench.Experiments.Results;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>Tells which of several sets of samples is better, as far as intervals of differences tell: what <c>genbench compare</c> does.</summary>
public sealed class SetComparer(Registry registry, TimeProvider time, IProgress<SetProgress> progress)
{
    private const int Seed = 0;

    /// <summary>Computes the difference of every figure between every two sets.</summary>
    /// <exception cref="BadInputException">The request cannot be met; the message says why and what would be right.</exception>
    /// <exception cref="OperationCanceledException">Stopped; features of a whole set that were done are kept.</exception>
    public SetComparisonResult Run(SetComparisonRequest request, CancellationToken cancellation)
    {
        if (request.Samples.Count < 2)
            throw new BadInputException("one set alone has nothing to be compared with; give two or more");
        var source = new SetSource(registry, request, time, progress, cancellation);
        using var scope = NewDisposeScope();
        using var reference = request.Reference is { } path ? source.Open(path, "reference") : source.OpenReference(CellOf(request.Samples[0]));
        var sets = new List<SampleSet>();
        try
        {
            foreach (var samples in request.Samples)
                sets.Add(source.Open(samples, "samples"));
            using var chosen = source.ChooseExtractor(sets, reference);
            var metrics = Choose(request, sets, reference, chosen);
            var x = Features(source, chosen, reference, "reference");
            var features = sets.ConvertAll(set => Features(source, chosen, set, "samples"));
            var differences = from i in Enumerable.Range(0, sets.Count)
                              from j in Enumerable.Range(i + 1, sets.Count - i - 1)
                              from difference in Differences(x, features[i], features[j], metrics, cancellation)
                              select Numbered(difference, i + 1, j + 1);
            return new([.. sets.Select(set => set.Description)], reference.Description, chosen?.Features, [.. differences]);
        }
        finally
        {
            sets.ForEach(set => set.Dispose());
        }
    }

    private static Tensor Features(SetSource source, ChosenExtractor? chosen, SampleSet set, string what) =>
        source.Describe(chosen, set, what, features: true, classes: false).Features is { } features && features.shape[0] >= PairedComparison.MinRows
            ? features
            : throw new BadInputException($"{set.Description}: too few for an interval of a difference; at least {PairedComparison.MinRows} are needed");

    /// <summary>The cell that an evaluation's folder, or a file in it, belongs to.</summary>
    private static CellFolder CellOf(string samples)
    {
        var evaluation = Path.GetFullPath(File.Exists(samples) ? Path.GetDirectoryName(Path.GetFullPath(samples))! : samples);
        return Path.GetDirectoryName(Path.GetDirectoryName(evaluation)) is { } parent && new CellFolder(parent) is var cell && File.Exists(cell.CellJson)
            ? cell
            : throw new BadInputException($"{samples}: belongs to no cell of the results, whose dataset would be the reference; give --reference");
    }

    /// <summary>The figures, under the names that all sets give them.</summary>
    private static IReadOnlyList<KeyValuePair<string, SetMetric>> Choose(
        SetComparisonRequest request, List<SampleSet> sets, SampleSet reference, ChosenExtractor? chosen)
    {
        if (sets.Append(reference).OfType<StatisticsSet>().FirstOrDefault() is { } statistics)
            throw new BadInputException($"{statistics.Description}: statistics alone tell of no interval; give images or features");
        var metrics = sets.ConvertAll(set => new SetMetrics(set, reference, chosen?.Extractor, distances: true));
        return metrics.TrueForAll(others => others.Choose(null).SequenceEqual(metrics[0].Choose(null)))
            ? metrics[0].Choose(request.Metrics)
            : throw new BadInputException("some sets are images and others features of unknown origin, which do not compare; give all as images or all as features");
    }

    private static SetDifference Numbered(MetricDifference difference, int first, int second) => new(
        difference.Name, first, second, difference.A, difference.B, difference.Low, difference.High,
        difference.Verdict switch { Verdict.A => first, Verdict.B => second, _ => null }, difference.Protocol);

    private List<MetricDifference> Differences(
        Tensor x, Tensor a, Tensor b, IReadOnlyList<KeyValuePair<string, SetMetric>> metrics, CancellationToken cancellation)
    {
        var neighbours = new Lazy<IReadOnlyList<MetricDifference>>(() => PairedComparison.Neighbours(x, a, b, Seed, cancellation));
        return [.. metrics.Select(metric =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report(new($"computing {metric.Key}"));
            var difference = metric.Value switch
            {
                SetMetric.Frechet => PairedComparison.Frechet(x, a, b, Seed, cancellation),
                SetMetric.Kernel => PairedComparison.Kernel(x, a, b, Seed, cancellation),
                _ => neighbours.Value.Single(figure => figure.Name == metric.Key),
            };
            return difference with { Name = metric.Key };
        })];
    }
}
