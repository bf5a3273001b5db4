using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.SampleSets;

/// <summary>Opens sets of samples and describes them all by one extractor.</summary>
internal sealed class SetSource
{
    private const int MaxSide = 4096;
    private readonly Registry registry;
    private readonly SetRequest request;
    private readonly TimeProvider time;
    private readonly IProgress<SetProgress> progress;
    private readonly CancellationToken cancellation;
    private readonly SampleSetReader reader;

    /// <exception cref="BadInputException">A setting of the request is out of its range.</exception>
    internal SetSource(Registry registry, SetRequest request, TimeProvider time, IProgress<SetProgress> progress, CancellationToken cancellation)
    {
        if (request.Resize is < 1 or > MaxSide)
            throw new BadInputException($"--resize {request.Resize}: must be between 1 and {MaxSide}");
        if (request.CacheBytes < 0)
            throw new BadInputException("--cache-limit: must be at least 0");
        (this.registry, this.request, this.time, this.progress, this.cancellation) = (registry, request, time, progress, cancellation);
        reader = new(registry, request.DataFolder, request.Resize);
    }

    /// <summary>Opens a set.</summary>
    /// <param name="path">A path, or <c>dataset:NAME[:train|:test]</c>.</param>
    /// <param name="what">What to call it, e.g. <c>samples</c>.</param>
    internal SampleSet Open(string path, string what) =>
        reader.Open(path, (done, total) => progress.Report(new($"files of the {what}", done, total)), cancellation);

    /// <summary>Opens the test images of the dataset that a cell of the results was trained on.</summary>
    internal SampleSet OpenReference(CellFolder cell) => new ImageSet(new DatasetImages(
        registry.OpenDataset(CellDocuments.Read(cell.CellJson).Cell.Dataset, request.DataFolder), "test", request.Resize));

    /// <summary>The extractor, or null where no set has images.</summary>
    /// <exception cref="BadInputException">The sets are of different sizes, or need an extractor that is not named.</exception>
    internal ChosenExtractor? ChooseExtractor(IReadOnlyList<SampleSet> samples, SampleSet reference)
    {
        var images = samples.Append(reference).OfType<ImageSet>().FirstOrDefault()?.Images;
        if (images is null)
            return request.Features is null ? null : throw new BadInputException($"--features {request.Features}: no set has images to compute features of; leave it out");
        if (reference is ImageSet { Images: var real })
            foreach (var set in samples.OfType<ImageSet>().Select(set => set.Images).Where(set => (set.Height, set.Width) != (real.Height, real.Width)))
                throw new BadInputException($"the samples {set.Description} are {set.Height}x{set.Width} and the reference is {real.Height}x{real.Width}; give --resize N");
        if (request.Features is { } name)
            return ChosenExtractor.Named(name, images, request.DataFolder, progress, cancellation);
        if (reference is ImageSet { Images: DatasetImages { Dataset: var dataset } })
            return ChosenExtractor.Of(dataset, request.CacheFolder, progress);
        throw new BadInputException("--features is needed for images where the reference is no dataset: inception, a frozen classifier such as mnist, or a TorchScript FILE.pt");
    }

    /// <summary>Features and class probabilities of a set, as far as they are asked for; of statistics, nothing.</summary>
    internal Described Describe(ChosenExtractor? chosen, SampleSet set, string what, bool features, bool classes) => set switch
    {
        ImageSet { Images: var images } => Pass(chosen!).Of(images, what, features, classes),
        FeatureSet { Features: var given } => new(given),
        _ => new(Features: null),
    };

    private FeaturePass Pass(ChosenExtractor chosen) =>
        new(chosen.Extractor, new FeatureCache(Path.Combine(request.CacheFolder, "features"), request.CacheBytes, time), progress, cancellation);
}
