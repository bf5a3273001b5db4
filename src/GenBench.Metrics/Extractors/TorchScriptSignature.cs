using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace GenBench.Metrics.Extractors;

/// <summary>
/// The true-or-false arguments that follow the image in a TorchScript module's <c>forward</c>, with their defaults. The
/// runtime passes arguments by position alone, so their order is read from the code in the module's archive.
/// </summary>
internal sealed partial class TorchScriptSignature
{
    private const int MaxCode = 4 << 20;
    private readonly IReadOnlyList<(string Name, bool Default)> flags;

    private TorchScriptSignature(IReadOnlyList<(string Name, bool Default)> flags) => this.flags = flags;

    /// <summary>Reads the signature of the module that the archive holds.</summary>
    /// <exception cref="InvalidDataException">The file is no archive of a TorchScript module.</exception>
    internal static TorchScriptSignature Read(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var data = zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal));
        if (data is null || !zip.Entries.Any(entry => entry.FullName.EndsWith("/constants.pkl", StringComparison.Ordinal)))
            throw new InvalidDataException("it holds none (weights that torch.save wrote are no module)");
        // A pickle of one object, which begins with the name of its class: GLOBAL '__torch__.package' 'Class'.
        var root = Root().Match(Text(data, 4096));
        if (!root.Success)
            throw new InvalidDataException("it holds none");
        var source = $"{data.FullName[..^"data.pkl".Length]}code/{root.Groups["module"].Value.Replace('.', '/')}.py";
        var code = zip.GetEntry(source) is { } entry ? Text(entry, MaxCode) : "";
        var start = code.IndexOf($"class {root.Groups["class"].Value}(", StringComparison.Ordinal);
        var forward = start < 0 ? Match.Empty : Forward().Match(code, start);
        return new([.. forward.Groups["flag"].Captures.Zip(forward.Groups["default"].Captures, (name, value) => (name.Value, value.Value == "True"))]);
    }

    /// <summary>Whether the module takes a flag.</summary>
    internal bool Has(string flag) => flags.Any(each => each.Name == flag);

    /// <summary>The arguments of a call that raises some flags, those that the module has, and leaves the others at their defaults.</summary>
    internal object[] Arguments(object images, params IReadOnlyList<string> raised)
    {
        var needed = flags.Count;
        while (needed > 0 && !raised.Contains(flags[needed - 1].Name))
            needed--;
        return [images, .. flags.Take(needed).Select(flag => (object)(flag.Default || raised.Contains(flag.Name)))];
    }

    private static string Text(ZipArchiveEntry entry, int limit)
    {
        using var stream = entry.Open();
        var bytes = new byte[Math.Clamp(entry.Length, 0, limit)];
        return Encoding.Latin1.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    [GeneratedRegex(@"^\u0080\u0002c(?<module>__torch__[\w.]*)\n(?<class>\w+)\n", RegexOptions.CultureInvariant)]
    private static partial Regex Root();

    [GeneratedRegex(@"def forward\(self[^,()]*,\s*\w+\s*:\s*Tensor(?:,\s*(?<flag>\w+)\s*:\s*bool\s*=\s*(?<default>True|False))*", RegexOptions.CultureInvariant)]
    private static partial Regex Forward();
}
