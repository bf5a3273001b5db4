using System.Security.Cryptography;
using System.Text;
using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>What an extractor said of images: float64 [N, D] each, or null where it was not asked.</summary>
internal sealed record Described(Tensor? Features, Tensor? Probabilities = null);

/// <summary>Passes images through an extractor, batch by batch; what was computed before comes from the cache.</summary>
internal sealed class FeaturePass(IFeatureExtractor extractor, FeatureCache cache, IProgress<SetProgress> progress, CancellationToken cancellation)
{
    private const int Version = 1; // raised when the same images and extractor are to give others
    private const int MaxBatch = 128;
    private const int BatchBytes = 1 << 26;

    /// <summary>Describes images; each is read at most once.</summary>
    /// <param name="images">The images.</param>
    /// <param name="what">What to call them, e.g. <c>samples</c>.</param>
    /// <param name="features">Whether features are wanted.</param>
    /// <param name="probabilities">Whether class probabilities are wanted.</param>
    /// <returns>Tensors in the caller's scope.</returns>
    /// <exception cref="BadInputException">An image cannot be used; the message names it.</exception>
    internal Described Of(IImageSource images, string what, bool features, bool probabilities)
    {
        var (featureKey, classKey) = (Key(images, "features"), Key(images, "probabilities"));
        var found = new Described(features ? cache.Find(featureKey) : null, probabilities ? cache.Find(classKey) : null);
        var missing = (Features: features && found.Features is null, Probabilities: probabilities && found.Probabilities is null);
        if (!missing.Features && !missing.Probabilities)
            return found;
        var computed = Compute(images, what, missing.Features, missing.Probabilities);
        if (computed.Features is { } newFeatures)
            cache.Add(featureKey, newFeatures);
        if (computed.Probabilities is { } newProbabilities)
            cache.Add(classKey, newProbabilities);
        return new(found.Features ?? computed.Features, found.Probabilities ?? computed.Probabilities);
    }

    private Described Compute(IImageSource images, string what, bool features, bool probabilities)
    {
        using var scope = NewDisposeScope();
        Tensor? allFeatures = null, allProbabilities = null;
        var done = 0;
        foreach (var batch in images.Batches(BatchSize(images)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var pixels = ForExtractor(batch.ToTensor(), images, done);
            var (ofFeatures, ofClasses) = Describe(pixels, features, probabilities);
            Put(ref allFeatures, ofFeatures);
            Put(ref allProbabilities, ofClasses);
            done += batch.Count;
            progress.Report(new($"features of the {what}", done, images.Count));
        }
        return new(allFeatures?.MoveToOuterDisposeScope(), allProbabilities?.MoveToOuterDisposeScope());

        void Put(ref Tensor? all, Tensor? ofBatch)
        {
            if (ofBatch is null)
                return;
            all ??= empty(images.Count, ofBatch.shape[1], ScalarType.Float64).MoveToOuterDisposeScope();
            all.narrow(0, done, ofBatch.shape[0]).copy_(ofBatch);
        }
    }

    private (Tensor? Features, Tensor? Probabilities) Describe(Tensor pixels, bool features, bool probabilities) => (features, probabilities) switch
    {
        (true, true) => extractor.FeaturesAndProbabilities(pixels, cancellation),
        (true, false) => (extractor.Features(pixels, cancellation), null),
        _ => (null, extractor.Probabilities(pixels, cancellation)),
    };

    /// <summary>Many images at a time, but for large ones.</summary>
    private static int BatchSize(IImageSource images) => (int)Math.Clamp(BatchBytes / (3L * images.Height * images.Width), 1, MaxBatch);

    /// <summary>An RGB file may hold a gray image: for a network that takes gray alone, three equal channels become one.</summary>
    private Tensor ForExtractor(Tensor pixels, IImageSource images, int first)
    {
        if (extractor.Channels != 1 || pixels.shape[1] == 1)
            return pixels;
        var coloured = pixels.amax([1]).ne(pixels.amin([1])).flatten(1).any(1);
        if (coloured.any().item<bool>())
            throw new BadInputException($"{images.NameOf(first + (int)coloured.to(ScalarType.Byte).argmax().item<long>())} has colours, and these features are of gray images; name others with --features");
        return pixels.narrow(1, 0, 1).contiguous();
    }

    private string Key(IImageSource images, string kind) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{Version}|{kind}|{extractor.Checksum}|{extractor.Preprocessing}|torch {__version__}|{images.ContentKey}")));
}
