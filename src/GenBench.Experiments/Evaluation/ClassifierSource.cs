using GenBench.Core;
using GenBench.Experiments.Results;
using GenBench.Metrics.Classifier;

namespace GenBench.Experiments.Evaluation;

/// <summary>Finds a dataset's classifier: the frozen one, else one trained here and kept beside the results.</summary>
/// <param name="cacheFolder">Where local classifiers are kept.</param>
public sealed class ClassifierSource(string cacheFolder)
{
    /// <summary>Name of that folder, in the results and in a cache.</summary>
    public const string FolderName = "classifiers";

    /// <summary>The dataset's classifier; its figures are marked <c>local</c> where it is not one of the frozen ones.</summary>
    /// <param name="dataset">A labelled dataset.</param>
    /// <param name="progress">Told about training, where one has to be trained.</param>
    /// <exception cref="BadInputException">The dataset has no labels.</exception>
    public (ClassifierExtractor Extractor, bool Local) For(Dataset dataset, IProgress<string>? progress)
    {
        if (FrozenClassifiers.Find(dataset.Name, dataset.Spec.Shape) is { } frozen)
            return (frozen, false);
        var path = Path.Combine(cacheFolder, $"{dataset.Name}-{dataset.Spec.Shape}-{dataset.Checksum[..8]}.safetensors");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(cacheFolder);
            progress?.Report($"no frozen classifier for {dataset.Name} at {dataset.Spec.Shape}: training one into {path}");
            AtomicFile.Write(path, stream => ClassifierTraining.TrainAndSave(dataset, seed: 0, stream, progress));
        }
        using var file = File.OpenRead(path);
        return (ClassifierExtractor.Load(file), true);
    }

    /// <summary>What protocols say of a classifier that <see cref="For"/> gave.</summary>
    internal static string Describe(ClassifierExtractor extractor, bool local) =>
        $"{(local ? "local classifier" : "classifier")} {extractor.Checksum[..8]}, no resize";
}
