using System.Security.Cryptography;
using System.Text;
using GenBench.Core;
using GenBench.Data.Folders;

namespace GenBench.Data;

/// <summary>
/// Any folder of PNG, JPEG, WebP and BMP images. Each is decoded and resized once, into one packed file that is mapped into
/// memory from then on, so that a set larger than memory trains; the pack is made anew when files or options change,
/// or when it is not whole.
/// </summary>
public sealed class Images : IDatasetDefinition<Images, ImageFolderOptions>
{
    /// <summary>The environment variable that names a folder for packs, where the data folder is not to hold them.</summary>
    public const string CacheVariable = "GENBENCH_CACHE";

    private Images()
    {
    }

    /// <inheritdoc/>
    public static string Name => "images";

    /// <inheritdoc/>
    public static string Description => "any folder of PNG, JPEG, WebP and BMP images, with or without class subfolders";

    /// <inheritdoc/>
    public static DataSpec Describe(ImageFolderOptions options)
    {
        OptionRules.Check(options);
        if (options.Classes.Distinct().Count() < options.Classes.Count)
            throw new InvalidOptionException("classes", "names a class twice");
        return new DataSpec(options.Shape, options.Classes.Count > 0 ? options.Classes.Count : options.ClassCount);
    }

    /// <inheritdoc/>
    public static Dataset Open(ImageFolderOptions options, string dataFolder) => Open(options, dataFolder, progress: null);

    /// <inheritdoc cref="IDatasetDefinition{TSelf, TOptions}.Open(TOptions, string, IProgress{DataProgress})"/>
    public static Dataset Open(ImageFolderOptions options, string dataFolder, IProgress<DataProgress>? progress)
    {
        var spec = Describe(options);
        var scan = ImageFolderScan.Of(options, dataFolder);
        var path = PackPath(options, scan.Root, dataFolder);
        var (splits, checksum) = OpenPack(path, scan, options, progress);
        return new Dataset(Name, spec, splits[0], splits[1], splits[2], scan.ClassNames, checksum)
        {
            Protocol = $"{Path.GetFileName(scan.Root)}: {string.Join(", ", options.Protocol.Append($"middle square, {options.Resize} resize"))}{(options.Color == "gray" ? ", gray (Rec. 601)" : "")}",
        };
    }

    private static (IReadOnlyList<ImageSplit> Splits, string Checksum) OpenPack(
        string path, ImageFolderScan scan, ImageFolderOptions options, IProgress<DataProgress>? progress)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Of several processes one packs, and the others find its work done.
            using var hold = FileHold.Take($"{path}.lock", () => progress?.Report(new DataProgress($"waiting for another process to pack {scan.Root}", 0, 0, "images")));
            if (ImagePack.TryOpen(path, scan, options.Shape) is { } there)
                return there;
            new ImagePacker(scan, options.Shape, options.Resize, progress).Write(path);
            return ImagePack.TryOpen(path, scan, options.Shape) ?? throw new BadInputException($"{path}: is not what was written a moment ago; is the disk in order?");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: the packed images cannot be kept there: {error.Message.ReplaceLineEndings(" ")}; set {CacheVariable} to a folder of yours", error);
        }
    }

    /// <summary>One pack for each folder and what is made of it; files that change replace it.</summary>
    private static string PackPath(ImageFolderOptions options, string root, string dataFolder)
    {
        var cache = Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } named ? named : Path.Combine(dataFolder, ".packed");
        var identity = options with { HorizontalFlip = false, Folder = root, Classes = [] };
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{identity} {string.Join('/', options.Classes)}"));
        return Path.GetFullPath(Path.Combine(cache, $"{Path.GetFileName(root)}-{options.Shape}-{Convert.ToHexStringLower(hash)[..12]}.pack"));
    }
}
