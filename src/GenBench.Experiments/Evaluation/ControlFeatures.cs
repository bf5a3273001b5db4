using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Metrics.Classifier;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>The vectors that figures of controls are measured on: features of the dataset's classifier or, where the values of an image are
/// independent, the values themselves.</summary>
internal sealed class ControlFeatures : IDisposable
{
    private readonly ClassifierExtractor? classifier;
    private readonly IndependentValues? values;

    /// <summary>Finds the classifier, training one where none is frozen, or does without.</summary>
    /// <exception cref="BadInputException">The images are no vectors of independent values, and there are no labels to train a classifier on.</exception>
    internal ControlFeatures(Dataset dataset, ClassifierSource classifiers, CellLog log)
    {
        values = dataset.Law?.Values;
        if (values is not null)
        {
            Description = FormattableString.Invariant($"values, less {values.Mean} and over {Math.Sqrt(values.Variance)}");
            return;
        }
        (classifier, var local) = classifiers.For(dataset, new ClassifierMeasure.Notes(log));
        Description = ClassifierSource.Describe(classifier, local);
    }

    /// <summary>What the vectors are: part of every figure's protocol.</summary>
    internal string Description { get; }

    /// <summary>The vectors of images.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <returns>float64 [N, D], outside any dispose scope; the caller owns it.</returns>
    internal Tensor Of(Tensor images, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var vectors = values is null
            ? classifier!.Features(images, cancellation)
            : images.flatten(1).to(ScalarType.Float64).sub_(values.Mean).div_(Math.Sqrt(values.Variance));
        return vectors.DetachFromDisposeScope();
    }

    /// <summary>The final name of a figure: those of distances say what they were measured on.</summary>
    internal string NameOf(string figure) => classifier is null ? figure : figure switch
    {
        "frechet_distance" => $"fid_{classifier.Name}",
        "kernel_distance" => $"kid_{classifier.Name}",
        _ => figure,
    };

    public void Dispose() => classifier?.Dispose();
}
