using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Data.Archives;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>Options of <see cref="Emnist"/>.</summary>
public sealed record EmnistOptions : ImageSetOptions
{
    /// <summary>Gray images of 28 × 28, as published.</summary>
    public EmnistOptions()
    {
        Resolution = 28;
        Color = "gray";
    }

    /// <summary>The published split: which characters, and which of them count as one class.</summary>
    [AllowedValues("balanced", "byclass", "bymerge", "digits", "letters", "mnist")]
    public string Split { get; init; } = "balanced";
}

/// <summary>
/// EMNIST (Cohen, Afshar, Tapson and van Schaik 2017): handwritten letters and digits in MNIST's format, published with
/// rows and columns exchanged, which is undone here. Read out of the published archive, or out of its files in the set's
/// folder or in <c>gzip/</c>; of those no checksum is published.
/// </summary>
public sealed class Emnist : IDatasetDefinition<Emnist, EmnistOptions>, IPublishedDataset
{
    private const string ArchiveFolder = "gzip";
    private static readonly PublishedFile Archive = PublishedFile.Archive("gzip.zip", 561_753_746, "58c8d27c78d21e728a6bc7b3cc06412e");
    private static readonly string[] Digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    private static readonly string[] Capitals = [.. Enumerable.Range('A', 26).Select(letter => $"{(char)letter}")];
    private static readonly string[] Small = [.. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}")];

    /// <summary>The small letters that look unlike their capitals.</summary>
    private static readonly string[] Unlike = ["a", "b", "d", "e", "f", "g", "h", "n", "q", "r", "t"];

    private static readonly Part[] Parts =
    [
        new("balanced", [.. Digits, .. Capitals, .. Unlike], 112_800, 18_800),
        new("byclass", [.. Digits, .. Capitals, .. Small], 697_932, 116_323),
        new("bymerge", [.. Digits, .. Capitals, .. Unlike], 697_932, 116_323),
        new("digits", Digits, 240_000, 40_000),
        new("letters", Capitals, 124_800, 20_800, FirstLabel: 1),
        new("mnist", Digits, 60_000, 10_000),
    ];

    private Emnist()
    {
    }

    /// <summary>One published split.</summary>
    private sealed record Part(string Split, IReadOnlyList<string> ClassNames, int TrainCount, int TestCount, int FirstLabel = 0)
    {
        internal LabelledSet Set => new(Name, IdxDataset.Shape, ClassNames, TrainCount, TestCount);

        internal PublishedFile[] Files =>
        [
            IdxFile.Published(FileName("train-images-idx3"), null, null, null, TrainCount, 28, 28),
            IdxFile.Published(FileName("train-labels-idx1"), null, null, null, TrainCount),
            IdxFile.Published(FileName("test-images-idx3"), null, null, null, TestCount, 28, 28),
            IdxFile.Published(FileName("test-labels-idx1"), null, null, null, TestCount),
        ];

        private string FileName(string kind) => $"emnist-{Split}-{kind}-ubyte.gz";
    }

    /// <inheritdoc/>
    public static string Name => "emnist";

    /// <inheritdoc/>
    public static string Description => "handwritten letters and digits, 28x28 gray, six splits of 10 to 62 classes";

    /// <inheritdoc/>
    public static Publication Publication => new(Name, ["https://biometrics.nist.gov/cs_links/EMNIST/"], [Archive])
    {
        Unpacked = [.. Parts.SelectMany(part => part.Files)],
        UnpackedFolders = [ArchiveFolder],
    };

    /// <inheritdoc/>
    public static DataSpec Describe(EmnistOptions options)
    {
        OptionRules.Check(options);
        return PartOf(options).Set.Describe(options);
    }

    /// <inheritdoc/>
    public static Dataset Open(EmnistOptions options, string dataFolder)
    {
        Describe(options);
        var part = PartOf(options);
        var folder = Publication.Folder(dataFolder);
        var archive = Path.Combine(folder, Archive.Name);
        var packed = File.Exists(archive);
        var arrays = packed ? ReadArchive(archive, part) : [.. part.Files.Select(file => IdxFile.Read(Locate(folder, file), file.ContentStart[3]))];
        var train = Upright(IdxDataset.Combine(arrays[0], arrays[1], part.TrainCount, part.FirstLabel, part.ClassNames.Count));
        var test = Upright(IdxDataset.Combine(arrays[2], arrays[3], part.TestCount, part.FirstLabel, part.ClassNames.Count));
        return part.Set.Open(options, train, test, [$"split {part.Split}", .. packed ? [] : (string[])[PublicationCheck.NotVerified]]);
    }

    private static Part PartOf(EmnistOptions options) => Parts.Single(part => part.Split == options.Split);

    private static IdxArray[] ReadArchive(string path, Part part)
    {
        if (Md5Sum.OfFile(path) is var md5 && md5 != Archive.Md5)
            throw new BadInputException($"{path}: not the file that {Name} was published as: its MD5 is {md5}, not {Archive.Md5}; fetch it again ({Publication.Mend})");
        var found = new Dictionary<string, IdxArray>();
        ArchiveFile.Read(path, name => part.Files.Any(file => name == $"{ArchiveFolder}/{file.Name}"), entry =>
        {
            var place = $"{path}: {entry.Name}";
            using var member = new MemoryStream(ExactRead.Bytes(entry.Content, place, 0, entry.Length, "as the archive says"));
            var file = part.Files.Single(each => entry.Name.EndsWith(each.Name, StringComparison.Ordinal));
            found.Add(file.Name, IdxFile.Read(member, place, file.ContentStart[3]));
        });
        return [.. part.Files.Select(file => found.GetValueOrDefault(file.Name)
            ?? throw new BadInputException($"{path}: holds no {ArchiveFolder}/{file.Name}; fetch it again"))];
    }

    private static string Locate(string folder, PublishedFile file) =>
        PublicationCheck.Find(folder, file) ?? PublicationCheck.Find(Path.Combine(folder, ArchiveFolder), file)
        ?? throw new BadInputException($"{folder}: holds neither {Archive.Name} nor {file.Name}, there or in {ArchiveFolder}; {Publication.Mend}");

    /// <summary>Exchanges rows and columns, in place.</summary>
    internal static LabelledImages Upright(LabelledImages images)
    {
        var (side, pixels) = (IdxDataset.Shape.Width, images.Pixels);
        Parallel.For(0, images.Labels.Length, image =>
        {
            var start = image * side * side;
            for (var y = 0; y < side; y++)
                for (var x = 0; x < y; x++)
                    (pixels[start + y * side + x], pixels[start + x * side + y]) = (pixels[start + x * side + y], pixels[start + y * side + x]);
        });
        return images;
    }
}
