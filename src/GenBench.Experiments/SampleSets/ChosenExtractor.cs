using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix.Json;
using GenBench.Metrics;
using GenBench.Metrics.Classifier;
using GenBench.Metrics.Extractors;

namespace GenBench.Experiments.SampleSets;

/// <summary>The extractor that <c>--features</c> names.</summary>
/// <param name="Extractor">The extractor; its owner is this.</param>
/// <param name="Label">What protocols call it, e.g. <c>classifier mnist-1x28x28</c>.</param>
internal sealed record ChosenExtractor(IFeatureExtractor Extractor, string Label) : IDisposable
{
    private const string Inception = "inception";
    private static readonly string[] ModuleExtensions = [".pt", ".pth", ".ts"];

    /// <summary>The extractor and its checksum in a few words, for protocols.</summary>
    internal string Description => $"{Label} {Extractor.Checksum[..8]}, {Extractor.Preprocessing}";

    /// <summary>What results say of it.</summary>
    internal SetFeatures Features => new(Label, Extractor.Checksum, Extractor.Preprocessing);

    public void Dispose() => Extractor.Dispose();

    /// <summary>Finds an extractor by <c>inception</c>, the name of a frozen classifier, or the path of a TorchScript file.</summary>
    /// <param name="name">What <c>--features</c> says.</param>
    /// <param name="images">Images that it is for: a classifier has frozen weights for some shapes only.</param>
    /// <param name="dataFolder">Where the Inception file is kept.</param>
    /// <param name="progress">Told how far a download is.</param>
    /// <param name="cancellation">Stops a download.</param>
    /// <exception cref="BadInputException">There is no such extractor; the message says which there are.</exception>
    internal static ChosenExtractor Named(string name, IImageSource images, string dataFolder, IProgress<SetProgress> progress, CancellationToken cancellation)
    {
        if (name == Inception)
        {
            var download = new DownloadReports(progress);
            var path = InceptionFile.ObtainAsync(Path.Combine(dataFolder, Inception), download, cancellation).GetAwaiter().GetResult();
            return new(TorchScriptExtractor.Load(path), InceptionFile.FileName);
        }
        if (File.Exists(name) || ModuleExtensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            return new(TorchScriptExtractor.Load(name), Path.GetFileName(name));
        var frozen = FrozenClassifiers.List().Where(file => DatasetOf(file) == name).ToArray();
        if (frozen.Length == 0)
            throw new BadInputException(
                $"--features: unknown features '{name}'; {Suggestion.For(name, [Inception, .. FrozenClassifiers.List().Select(DatasetOf).Distinct()])}, or name a TorchScript FILE.pt");
        foreach (var channels in new[] { 1, 3 })
            if (FrozenClassifiers.Find(name, new ImageShape(channels, images.Height, images.Width)) is { } found)
                return new(found, $"classifier {name}-{found.Shape}");
        throw new BadInputException($"--features {name}: its frozen weights are {string.Join(", ", frozen)}, and these images are {images.Height}x{images.Width}; give --resize N");
    }

    /// <summary>The classifier of a dataset: the frozen one, else one that is trained here and kept.</summary>
    /// <exception cref="BadInputException">The dataset has no labels.</exception>
    internal static ChosenExtractor Of(Dataset dataset, string cacheFolder, IProgress<SetProgress> progress)
    {
        var (extractor, local) = new ClassifierSource(Path.Combine(cacheFolder, "classifiers")).For(dataset, new TrainingReports(progress));
        return new(extractor, $"{(local ? "local classifier" : "classifier")} {dataset.Name}-{extractor.Shape}");
    }

    private static string DatasetOf(string weights) => weights[..weights.LastIndexOf('-')];

    private sealed class DownloadReports(IProgress<SetProgress> progress) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => progress.Report(new($"downloading {InceptionFile.FileName}", value.Done, value.Total));
    }

    private sealed class TrainingReports(IProgress<SetProgress> progress) : IProgress<string>
    {
        public void Report(string value) => progress.Report(new($"classifier: {value}"));
    }
}
