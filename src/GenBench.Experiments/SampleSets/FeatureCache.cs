using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>
/// Features that were computed before, one <c>.npz</c> a set, named by the hash of all that they depend on. The folder stays
/// within a limit: what was used longest ago goes first. A broken entry is as good as none.
/// </summary>
/// <param name="folder">The folder, made where it is absent.</param>
/// <param name="limit">Bytes that the entries may take together; 0 keeps nothing.</param>
/// <param name="time">Says when an entry was used.</param>
internal sealed class FeatureCache(string folder, long limit, TimeProvider time)
{
    private const string ArrayName = "features";
    private const long HeaderBytes = 1024; // of zip and .npy, and more than they take
    private const long Piece = 4096;

    /// <summary>The features kept under a key, float64 and owned by the caller, or null.</summary>
    internal Tensor? Find(string key)
    {
        var path = PathOf(key);
        if (limit == 0 || !File.Exists(path))
            return null;
        try
        {
            using var scope = NewDisposeScope();
            using var archive = new NpzArchive(path);
            var array = archive.Find(ArrayName);
            array.Verify();
            using var data = array.OpenData();
            var features = NpyFloats.Read(data, array.Header, array.DataLength).to(ScalarType.Float64);
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            return features.MoveToOuterDisposeScope();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or OverflowException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Keeps features under a key, in half the bytes where nothing is lost by it. A folder that cannot be written to
    /// keeps none: they can be computed again.</summary>
    internal void Add(string key, Tensor features)
    {
        using var scope = NewDisposeScope();
        var kept = IsSingle(features) ? features.to(ScalarType.Float32) : features;
        var size = HeaderBytes + kept.numel() * kept.ElementSize;
        if (size > limit)
            return;
        try
        {
            Directory.CreateDirectory(folder);
            MakeRoom(limit - size);
            NpzFile.WriteArrays(PathOf(key), (ArrayName, kept));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing is kept.
        }
    }

    /// <summary>Whether every number is one of float32.</summary>
    private static bool IsSingle(Tensor features)
    {
        for (var first = 0L; first < features.shape[0]; first += Piece)
        {
            using var scope = NewDisposeScope();
            var rows = features.narrow(0, first, Math.Min(Piece, features.shape[0] - first));
            if (!rows.to(ScalarType.Float32).to(ScalarType.Float64).eq(rows).all().item<bool>())
                return false;
        }
        return true;
    }

    private string PathOf(string key) => Path.Combine(folder, $"{key}.npz");

    private void MakeRoom(long room)
    {
        var yesterday = time.GetUtcNow().UtcDateTime.AddDays(-1);
        var entries = new DirectoryInfo(folder).GetFiles().Where(file => file.Extension == ".npz" || file.Extension == ".tmp" && file.LastWriteTimeUtc < yesterday);
        foreach (var file in entries.OrderByDescending(file => file.LastWriteTimeUtc).ToArray())
        {
            room -= file.Length;
            if (room < 0)
                file.Delete();
        }
    }
}
