using GenBench.Core;
using GenBench.Data.Archives;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>A part of a set in CIFAR's binary format.</summary>
/// <param name="Name">The file.</param>
/// <param name="Records">Images in it.</param>
internal sealed record CifarFile(string Name, int Records);

/// <summary>
/// A set in the binary format of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of one or two label bytes and 3072
/// bytes of pixels, planes red, green and blue, 32 rows of 32. Read out of the published archive, or out of its files
/// in the set's folder or in the archive's own; of those no checksum is published.
/// </summary>
/// <param name="Name">Its name in experiment files, and its folder's in the data folder.</param>
/// <param name="Archive">The published archive.</param>
/// <param name="ArchiveFolder">The folder in the archive.</param>
/// <param name="Train">The files of the training split, in order.</param>
/// <param name="Test">The file of the test split.</param>
internal sealed record CifarDataset(string Name, PublishedFile Archive, string ArchiveFolder, IReadOnlyList<CifarFile> Train, CifarFile Test)
{
    internal const int PixelBytes = 3 * 32 * 32;

    internal static readonly ImageShape Shape = new(3, 32, 32);

    internal required CifarLabels Labels { get; init; }

    private IEnumerable<CifarFile> Files => Train.Append(Test);

    internal Publication Publication => new(Name, ["https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/"], [Archive])
    {
        Unpacked = [.. Files.Select(file => new PublishedFile(file.Name) { ContentLength = Bytes(file), FirstByteBelow = Labels.FirstByteBelow })],
        UnpackedFolders = [ArchiveFolder],
    };

    private LabelledSet Set => new(Name, Shape, Labels.ClassNames, Train.Sum(file => file.Records), Test.Records);

    internal DataSpec Describe(ImageSetOptions options) => Set.Describe(options);

    internal Dataset Open(ImageSetOptions options, string dataFolder)
    {
        Describe(options);
        var folder = Publication.Folder(dataFolder);
        var archive = Path.Combine(folder, Archive.Name);
        var packed = File.Exists(archive);
        var records = packed ? ReadArchive(archive) : ReadFiles(Locate(folder));
        var train = CifarRecords.Parse([.. Train.Select(file => records[file.Name])], Labels);
        var test = CifarRecords.Parse([records[Test.Name]], Labels);
        return Set.Open(options, train, test, packed ? [] : [PublicationCheck.NotVerified]);
    }

    private long Bytes(CifarFile file) => (long)file.Records * (Labels.Bytes + PixelBytes);

    private Dictionary<string, CifarBytes> ReadArchive(string path)
    {
        if (Md5Sum.OfFile(path) is var md5 && md5 != Archive.Md5)
            throw new BadInputException($"{path}: not the file that {Name} was published as: its MD5 is {md5}, not {Archive.Md5}; fetch it again ({Publication.Mend})");
        var found = new Dictionary<string, CifarBytes>();
        ArchiveFile.Read(path, name => Files.Any(file => name == $"{ArchiveFolder}/{file.Name}"), entry =>
        {
            var file = Files.Single(each => entry.Name == $"{ArchiveFolder}/{each.Name}");
            found.Add(file.Name, Read(file, entry.Content, entry.Length, $"{path}: {entry.Name}"));
        });
        return Files.FirstOrDefault(file => !found.ContainsKey(file.Name)) is { } missing
            ? throw new BadInputException($"{path}: holds no {ArchiveFolder}/{missing.Name}; fetch it again")
            : found;
    }

    private Dictionary<string, CifarBytes> ReadFiles(string folder) => Files.ToDictionary(file => file.Name, file =>
    {
        var path = Path.Combine(folder, file.Name);
        try
        {
            using var stream = File.OpenRead(path);
            return Read(file, stream, stream.Length, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}; {Publication.Mend}", error);
        }
    });

    private CifarBytes Read(CifarFile file, Stream stream, long length, string path) => length == Bytes(file)
        ? new CifarBytes(path, ExactRead.Bytes(stream, path, 0, length, $"as {file.Records} records take"))
        : throw new BadInputException($"{path}: has {length} bytes, not the {Bytes(file)} of {file.Records} records; fetch it again");

    private string Locate(string folder) =>
        new[] { folder, Path.Combine(folder, ArchiveFolder) }.FirstOrDefault(place => File.Exists(Path.Combine(place, Test.Name)))
        ?? throw new BadInputException($"{folder}: holds neither {Archive.Name} nor {Test.Name}, there or in {ArchiveFolder}; {Publication.Mend}");
}
