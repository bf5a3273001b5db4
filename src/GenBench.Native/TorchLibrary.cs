using System.Runtime.InteropServices;

namespace GenBench.Native;

/// <summary>What was loaded: the folder of libtorch, whether it is an external one, and whether the C++ runtime
/// version that TorchSharp's library asks for had to be relaxed.</summary>
/// <param name="Folder">The folder that holds libtorch.</param>
/// <param name="External">True when the environment variable LIBTORCH named the folder.</param>
/// <param name="Cuda">True when libtorch's CUDA part was found and loaded.</param>
/// <param name="Relaxed">True when a copy of libLibTorchSharp.so with a weak version need was loaded in place of the original.</param>
public sealed record TorchLibraryInfo(string Folder, bool External, bool Cuda, bool Relaxed);

/// <summary>libtorch could not be loaded; the message says what to do.</summary>
public sealed class TorchLibraryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Loads libtorch and TorchSharp's native library by absolute path. Call <see cref="Load"/> before the first use of
/// <c>torch</c>: TorchSharp's own look-up by name then finds what is already in the process.
/// </summary>
/// <remarks>
/// The packaged libLibTorchSharp.so asks for GLIBCXX_3.4.32, which Debian 12 and Ubuntu 22.04 lack, though no
/// relocation uses a symbol of that version. Where the loader refuses it for that reason alone, a private copy with
/// the need marked weak is loaded instead.
/// </remarks>
public static class TorchLibrary
{
    private const string Wrapper = "libLibTorchSharp.so";
    private const string UnneededVersion = "GLIBCXX_3.4.32";
    private static readonly string[] Parts = ["libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];
    private static readonly Lazy<TorchLibraryInfo> Loaded = new(LoadOnce);

    /// <summary>Loads the libraries once; later calls return the same answer.</summary>
    /// <returns>What was loaded and from where.</returns>
    /// <exception cref="TorchLibraryException">No libtorch was found, or it does not load.</exception>
    public static TorchLibraryInfo Load() => Loaded.Value;

    private static TorchLibraryInfo LoadOnce()
    {
        var named = Environment.GetEnvironmentVariable("LIBTORCH");
        if (!OperatingSystem.IsLinux())
            return new TorchLibraryInfo(AppContext.BaseDirectory, false, false, false);

        var folder = FindFolder(named, Candidates());
        if (named is not null && Find(Candidates(), "libtorch_cpu.so") is { } bundled)
            throw new TorchLibraryException(
                $"LIBTORCH names {named}, but {bundled} holds a second libtorch and two in one process abort it; build with -p:TorchBackend=external, or unset LIBTORCH");

        var cuda = false;
        foreach (var part in Parts.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            LoadOrExplain(part);
            cuda |= part.EndsWith("libtorch_cuda.so", StringComparison.Ordinal);
        }
        return new TorchLibraryInfo(folder, named is not null, cuda, LoadWrapper());
    }

    private static IEnumerable<string> Candidates() =>
    [
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
    ];

    private static string? Find(IEnumerable<string> folders, string file) =>
        folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, file)));

    internal static string FindFolder(string? named, IEnumerable<string> candidates)
    {
        var folders = named is null ? candidates : [named];
        return Find(folders, "libtorch_cpu.so") ?? throw new TorchLibraryException(named is null
            ? $"no libtorch in {string.Join(" or ", folders)}; build with -p:TorchBackend=cpu, or set LIBTORCH to the torch/lib folder of an installed PyTorch"
            : $"LIBTORCH names {named}, which holds no libtorch_cpu.so; set it to the torch/lib folder of an installed PyTorch");
    }

    private static bool LoadWrapper()
    {
        var folder = Find(Candidates(), Wrapper)
            ?? throw new TorchLibraryException($"{Wrapper} is missing beside {AppContext.BaseDirectory}; restore and build again");
        var original = Path.Combine(folder, Wrapper);
        try
        {
            NativeLibrary.Load(original);
            return false;
        }
        catch (DllNotFoundException error) when (error.Message.Contains(UnneededVersion, StringComparison.Ordinal))
        {
            var directory = Directory.CreateTempSubdirectory("genbench-native-");
            try
            {
                var copy = Path.Combine(directory.FullName, Wrapper);
                File.WriteAllBytes(copy, ElfVersionNeed.Weaken(File.ReadAllBytes(original), UnneededVersion));
                LoadOrExplain(copy);
                return true;
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        }
        catch (DllNotFoundException error)
        {
            throw Explained(original, error);
        }
    }

    private static void LoadOrExplain(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw Explained(path, error);
        }
    }

    private static TorchLibraryException Explained(string path, DllNotFoundException error) => new(
        $"{path} does not load: {error.Message.Split('\n')[0]}; run 'ldd {path}' to see which library is missing", error);
}
