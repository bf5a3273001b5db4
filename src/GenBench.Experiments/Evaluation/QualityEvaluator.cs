using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Compares samples with a reference split: images in the features of the dataset's classifier, reals as vectors.</summary>
public sealed class QualityEvaluator : IDisposable
{
    /// <summary>No figure is made of fewer.</summary>
    internal const int FewestImages = 10;

    private readonly EvaluationSpec evaluation;
    private readonly IQualityMeasure measure;
    private readonly string protocol;

    /// <summary>For images finds the dataset's classifier, training one where none is frozen.</summary>
    public QualityEvaluator(Dataset dataset, EvaluationSpec evaluation, ClassifierSource classifiers, CellLog log)
    {
        this.evaluation = evaluation;
        var reference = ReferenceOf(dataset, evaluation);
        measure = dataset.Spec.Values == DataValues.Reals
            ? new VectorMeasure(reference, evaluation.Seed)
            : new ClassifierMeasure(dataset, reference, evaluation, classifiers, log);
        protocol = $"{measure.Description}, reference {dataset.Describe($"{evaluation.Reference} ({reference.Count})")}";
    }

    /// <summary>The split that samples are compared with.</summary>
    /// <exception cref="BadInputException">It holds too few images for any figure.</exception>
    public static ImageSplit ReferenceOf(Dataset dataset, EvaluationSpec evaluation) => SplitOf(dataset, evaluation.Reference, "evaluation.reference");

    /// <summary>The split of that name.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="name"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
    /// <param name="member">The member that asks for it, for the message.</param>
    internal static ImageSplit SplitOf(Dataset dataset, string name, string member)
    {
        var split = name switch
        {
            "train" => dataset.Train,
            "validation" => dataset.Validation,
            _ => dataset.Test,
        };
        return split.Count >= FewestImages
            ? split
            : throw new BadInputException($"{member}: the {name} split of {dataset.Name} has {split.Count} images; at least {FewestImages} are needed");
    }

    /// <summary>What figures of this evaluator were computed against: extractor, split, count, seed.</summary>
    public string Reference => $"{protocol}, seed {evaluation.Seed}";

    /// <summary>Computes the named metrics, in their order.</summary>
    /// <param name="images">uint8, of reals float32, [N, C, H, W].</param>
    /// <param name="labels">The class asked for with each, int64 [N], or null.</param>
    /// <param name="metrics">Names of <see cref="MetricNames"/> that suit the data, <see cref="MetricNames.Applicable">applicable</see> to these samples.</param>
    /// <param name="cancellation">Heard within each metric.</param>
    public IReadOnlyList<MetricRow> Evaluate(Tensor images, Tensor? labels, IReadOnlyCollection<string> metrics, CancellationToken cancellation) =>
        [.. measure.Measure(images, labels, metrics, cancellation)
            .Select(value => new MetricRow(value.Name, value.Value, value.Low, value.High, value.N, "", "", $"{protocol}; {value.Protocol}"))];

    /// <inheritdoc/>
    public void Dispose() => measure.Dispose();
}
