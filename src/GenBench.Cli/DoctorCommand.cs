using System.CommandLine;
using System.Runtime.InteropServices;
using GenBench.Experiments.Execution;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Cli;

/// <summary><c>genbench doctor</c>: what was loaded from where, and what is missing.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("doctor", "Say what was loaded from where, and what is missing.") { data };
        command.SetAction(parsed => Run(parsed.GetValue(data)!));
        return command;
    }

    private static int Run(string data)
    {
        Say("genbench", $"{typeof(DoctorCommand).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}, {RuntimeInformation.OSDescription}");
        var library = TorchLibrary.Load();
        Say("libtorch", $"{__version__} from {library.Folder}{(library.External ? " (named by LIBTORCH)" : "")}");
        Say("version need", library.Relaxed ? "relaxed: this system's C++ runtime lacks GLIBCXX_3.4.32, which nothing uses" : "met, nothing relaxed");
        Say("cuda", Cuda(library));
        Say("threads", $"{get_num_threads()} of {Environment.ProcessorCount} processors, {get_num_interop_threads()} between operations");
        Say("check", Check());
        Say("data", Directory.Exists(data)
            ? $"{Path.GetFullPath(data)}: {string.Join(", ", Directory.GetDirectories(data).Select(Path.GetFileName).Order(StringComparer.Ordinal))}"
            : $"{Path.GetFullPath(data)} does not exist; set GENBENCH_DATA or pass --data (the shapes dataset needs none)");
        Say("fonts", Fonts());
        return ExitCodes.Success;
    }

    private static string Cuda(TorchLibraryInfo library) => !library.Cuda
        ? "this libtorch has no CUDA part; build with -p:TorchBackend=cuda, or with -p:TorchBackend=external and LIBTORCH"
        : cuda.is_available() ? $"{cuda.device_count()} device(s)" : "libtorch has CUDA, but no device answers; is the driver loaded?";

    /// <summary>A product on each device against the CPU's in float64.</summary>
    private static string Check()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var a = randn(64, 64);
        var exact = a.to(ScalarType.Float64).mm(a.to(ScalarType.Float64));
        Device[] devices = cuda.is_available() ? [CPU, CUDA] : [CPU];
        return string.Join(", ", devices.Select(device =>
        {
            var error = (a.to(device).mm(a.to(device)).cpu().to(ScalarType.Float64) - exact).abs().max().item<double>();
            return FormattableString.Invariant($"{device.type}: 64x64 product within {error:0.0e0} of float64");
        }));
    }

    private static string Fonts()
    {
        var families = SkiaSharp.SKFontManager.Default.FontFamilies.Order(StringComparer.Ordinal).ToArray();
        return families.Length == 0
            ? "none: plots will have no text; install one, e.g. 'apt-get install fonts-dejavu-core'"
            : $"{families.Length} families, e.g. {families[0]}";
    }

    private static void Say(string what, string found) => Console.WriteLine($"{what,-14}{found}");
}
