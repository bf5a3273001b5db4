using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>Reads features from <c>.npy</c> and statistics from <c>.npz</c>, and writes the latter as pytorch-fid reads them.</summary>
internal static class FeatureFile
{
    private const string Mean = "mu";
    private const string Covariance = "sigma";
    private const long MaxDimension = 16_384; // a covariance of 2 GiB

    // The kernel distance takes the sixth power of a feature.
    private const double Largest = 1e50;

    /// <summary>Features [N, D] of a <c>.npy</c>.</summary>
    /// <exception cref="Core.BadInputException">The file is no whole matrix of float32 or float64.</exception>
    internal static FeatureSet ReadFeatures(string path) => Refusal.Of(path, "no .npy of features", "it needs float32 or float64 [N, D]", () =>
    {
        using var scope = NewDisposeScope();
        using var file = File.OpenRead(path);
        var header = NpyHeader.Read(file);
        if (header.Shape is not [> 0, > 0])
            throw new InvalidDataException($"it is {header}");
        var features = NpyFloats.Read(file, header, file.Length - file.Position).to(ScalarType.Float64);
        CheckSize(features);
        return new FeatureSet($"{path} ({header.Shape[0]} rows of {header.Shape[1]} features of unknown origin)", features.DetachFromDisposeScope());
    });

    /// <summary>Whether a <c>.npz</c> holds statistics and no images.</summary>
    internal static bool IsStatistics(NpzArchive archive) =>
        !archive.Names.Contains(NpzImages.ArrayName) && archive.Names.Intersect([Mean, Covariance]).Count() == 2;

    /// <summary><c>mu</c> and <c>sigma</c> of a <c>.npz</c>.</summary>
    /// <exception cref="Core.BadInputException">The file does not hold them, whole.</exception>
    internal static StatisticsSet ReadStatistics(string path) => Refusal.Of(path, "no .npz of statistics", "it needs mu [D] and sigma [D, D], float32 or float64", () =>
    {
        using var scope = NewDisposeScope();
        using var archive = new NpzArchive(path);
        var (mu, sigma) = (archive.Find(Mean), archive.Find(Covariance));
        if (mu.Header.Shape is not [> 0 and <= MaxDimension] || !sigma.Header.Shape.SequenceEqual([mu.Header.Shape[0], mu.Header.Shape[0]]))
            throw new InvalidDataException($"mu is {mu.Header} and sigma {sigma.Header}");
        var (mean, covariance) = (Read(mu), Read(sigma));
        var asymmetry = (covariance - covariance.t()).abs().max().item<double>();
        if (asymmetry > 1e-6 * covariance.abs().max().item<double>() || covariance.diagonal().lt(0).any().item<bool>())
            throw new InvalidDataException("sigma is no covariance: not symmetric, or with a negative variance");
        return new StatisticsSet(
            $"{path} (statistics of {mean.shape[0]} features of unknown origin)", mean.DetachFromDisposeScope(), covariance.DetachFromDisposeScope());
    });

    /// <summary>Writes <c>mu</c> [D] and <c>sigma</c> [D, D] as float64; atomically.</summary>
    internal static void WriteStatistics(string path, Tensor mean, Tensor covariance) => NpzFile.WriteArrays(path, (Mean, mean), (Covariance, covariance));

    private static Tensor Read(NpzArray array)
    {
        array.Verify();
        using var data = array.OpenData();
        var values = NpyFloats.Read(data, array.Header, array.DataLength).to(ScalarType.Float64);
        CheckSize(values);
        return values;
    }

    private static void CheckSize(Tensor values)
    {
        using var scope = NewDisposeScope();
        var largest = Math.Max(values.max().item<double>(), -values.min().item<double>());
        if (largest > Largest && double.IsFinite(largest))
            throw new InvalidDataException(FormattableString.Invariant($"a number of {largest:0.#e+0} in it, which no feature is and no metric can square"));
    }
}
