using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>How samples are compared with a reference split.</summary>
internal interface IQualityMeasure : IDisposable
{
    /// <summary>What is compared, e.g. the classifier whose features are: the beginning of every protocol.</summary>
    string Description { get; }

    /// <summary>Computes the named metrics, in their order, and what comes with them.</summary>
    /// <param name="images">uint8, of reals float32, [N, C, H, W].</param>
    /// <param name="labels">The class asked for with each, int64 [N], or null.</param>
    /// <param name="metrics">Names of <see cref="MetricNames"/> that suit the data.</param>
    /// <param name="cancellation">Heard within each metric.</param>
    IReadOnlyList<MetricValue> Measure(Tensor images, Tensor? labels, IReadOnlyCollection<string> metrics, CancellationToken cancellation);
}
