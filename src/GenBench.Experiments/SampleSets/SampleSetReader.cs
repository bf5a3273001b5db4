using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.SampleSets;

/// <summary>
/// Opens what <c>genbench evaluate</c> can be given: a folder of images or of an evaluation's samples, a <c>.npz</c> with <c>arr_0</c> or with <c>mu</c> and <c>sigma</c>,
/// a <c>.npy</c> of features, or <c>dataset:NAME</c> with <c>:train</c> or <c>:test</c> behind it, where test is meant if neither is.
/// </summary>
internal sealed class SampleSetReader(Registry registry, string dataFolder, int? resize)
{
    private const string DatasetPrefix = "dataset:";

    /// <summary>Opens a set.</summary>
    /// <param name="path">What the command was given.</param>
    /// <param name="progress">Told how many files of how many were looked at.</param>
    /// <param name="cancellation">Checked while a folder is looked through.</param>
    /// <exception cref="BadInputException">It is none of these; the message says what it is.</exception>
    internal SampleSet Open(string path, Action<int, int> progress, CancellationToken cancellation)
    {
        if (path.StartsWith(DatasetPrefix, StringComparison.Ordinal))
            return new ImageSet(OpenDataset(path));
        if (File.Exists(new EvaluationFolder(path).Samples))
            return new ImageSet(OpenArchive(new EvaluationFolder(path).Samples));
        if (Directory.Exists(path))
            return new ImageSet(ImageFolder.Open(path, resize, progress, cancellation));
        if (!File.Exists(path))
            throw new BadInputException($"{path}: no such file or folder");
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => FeatureFile.ReadFeatures(path),
            ".npz" when IsStatistics(path) => FeatureFile.ReadStatistics(path),
            ".npz" => new ImageSet(OpenArchive(path)),
            _ => throw new BadInputException($"{path}: neither a folder of images nor a .npz or .npy file"),
        };
    }

    private static bool IsStatistics(string path) => Refusal.Of(path, "no .npz", "it needs arr_0, or mu and sigma", () =>
    {
        using var archive = new NpzArchive(path);
        return FeatureFile.IsStatistics(archive);
    });

    private ArchiveImages OpenArchive(string path) => Refusal.Of(
        path, "no .npz of images or statistics", "it needs arr_0, uint8 [N, H, W, C], or mu and sigma", () => new ArchiveImages(path, NpzImages.Open(path), resize));

    private DatasetImages OpenDataset(string path)
    {
        var parts = path[DatasetPrefix.Length..].Split(':');
        var split = parts.Length == 1 ? "test" : parts[1];
        if (parts.Length > 2 || split is not ("train" or "test"))
            throw new BadInputException($"{path}: no such split; write dataset:NAME, dataset:NAME:train or dataset:NAME:test");
        return new DatasetImages(registry.OpenDataset(registry.ChooseDataset(parts[0], []), dataFolder), split, resize);
    }
}
