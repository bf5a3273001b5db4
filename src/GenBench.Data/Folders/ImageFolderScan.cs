using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GenBench.Core;

namespace GenBench.Data.Folders;

/// <summary>What an image folder holds, divided as the options say. No file is opened.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Splits">The files of train, validation and test.</param>
/// <param name="ClassNames">A name for each label; empty without labels.</param>
/// <param name="Key">SHA-256 over options and names, lengths and times of the files chosen: the same key, the same pixels.</param>
internal sealed record ImageFolderScan(string Root, IReadOnlyList<FolderFile[]> Splits, IReadOnlyList<string> ClassNames, byte[] Key)
{
    /// <summary>Raised whenever the same files and options give other pixels.</summary>
    private const int Version = 1;

    /// <exception cref="BadInputException">The folder is missing, empty or not laid out as the options say.</exception>
    /// <exception cref="InvalidOptionException">There are fewer images than the options ask for.</exception>
    internal static ImageFolderScan Of(ImageFolderOptions options, string dataFolder)
    {
        var root = Path.GetFullPath(Path.Combine(dataFolder, options.Folder));
        if (!Directory.Exists(root))
            throw new BadInputException($"{root}: no such folder; 'folder' names one in the folder that --data or GENBENCH_DATA names, or an absolute one");
        var (hasTrain, hasTest) = (Directory.Exists(Path.Combine(root, "train")), Directory.Exists(Path.Combine(root, "test")));
        if (hasTrain != hasTest)
            throw new BadInputException($"{root}: has {(hasTrain ? "train" : "test")} but no {(hasTrain ? "test" : "train")} in it; add it, or move the images up");
        var (train, test) = hasTrain ? (List(root, "train/"), List(root, "test/")) : (List(root, ""), []);
        var classes = options.Labelled ? Classes(options, root, train.Concat(test), hasTrain ? 1 : 0) : [];
        FolderFile[] trainPool = [.. Order(Label(train, classes, hasTrain), options.Seed)];
        FolderFile[] testPool = [.. Order(Label(test, classes, hasTrain), options.Seed)];
        if (!hasTrain)
        {
            var held = (int)Math.Round(options.TestFraction * trainPool.Length);
            (testPool, trainPool) = (trainPool[..held], trainPool[held..]);
        }
        var splits = Divide(options, root, trainPool, testPool);
        return new ImageFolderScan(root, splits, classes, KeyOf(options, splits));
    }

    private static FolderFile[] List(string root, string prefix) =>
        [.. ImageListing.Of(Path.Combine(root, prefix)).Images.Select(file => file with { Name = prefix + file.Name })];

    private static IReadOnlyList<string> Classes(ImageFolderOptions options, string root, IEnumerable<FolderFile> files, int depth)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
            found.Add(file.Name.Split('/') is var parts && parts.Length > depth + 1 ? parts[depth]
                : throw new BadInputException($"{Path.Combine(root, file.Name)}: lies in no class folder; move it into one, or leave classCount and classes out"));
        if (options.ClassCount > 0 && options.ClassCount != found.Count)
            throw new BadInputException($"{root}: has {found.Count} class folders with images ({string.Join(", ", found.Take(12))}{(found.Count > 12 ? ", …" : "")}), not the {options.ClassCount} that classCount says");
        if (options.Classes.FirstOrDefault(name => !found.Contains(name)) is { } missing)
            throw new BadInputException($"{root}: has no images in a class folder '{missing}', which classes names; there are {string.Join(", ", found.Take(12))}{(found.Count > 12 ? ", …" : "")}");
        return options.Classes.Count > 0 ? options.Classes : [.. found];
    }

    /// <summary>Files with their labels; without those of classes that are not kept.</summary>
    private static IEnumerable<FolderFile> Label(FolderFile[] files, IReadOnlyList<string> classes, bool bySplit)
    {
        if (classes.Count == 0)
            return files;
        var labels = classes.Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label);
        return files.Select(file => file with { Label = labels.GetValueOrDefault(file.Name.Split('/')[bySplit ? 1 : 0], -1) }).Where(file => file.Label >= 0);
    }

    /// <summary>An order that depends on seed and names alone: a file that is added or removed moves no other.</summary>
    private static IEnumerable<FolderFile> Order(IEnumerable<FolderFile> files, int seed) =>
        files.OrderBy(file => Seeds.Of((ulong)seed, Seeds.OfName(file.Name))).ThenBy(file => file.Name, StringComparer.Ordinal);

    private static IReadOnlyList<FolderFile[]> Divide(ImageFolderOptions options, string root, FolderFile[] train, FolderFile[] test)
    {
        if (train.Length == 0)
            throw new BadInputException($"{root}: holds no {ImageListing.Formats} images to train on");
        var rest = train.Length - options.Validation;
        if (rest <= 0)
            throw new InvalidOptionException("validation", $"must leave some of the {train.Length} training images in {root}, not {options.Validation}");
        if (options.Train > rest)
            throw new InvalidOptionException("train", $"must be at most {rest}, what {root} has besides validation and test, not {options.Train}");
        if (options.Test > test.Length)
            throw new InvalidOptionException("test", $"must be at most {test.Length}, what {root} has, not {options.Test}");
        return [train[..(options.Train ?? rest)], train[rest..], test[..(options.Test ?? test.Length)]];
    }

    private static byte[] KeyOf(ImageFolderOptions options, IReadOnlyList<FolderFile[]> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(string.Create(CultureInfo.InvariantCulture, $"{Version} {options.Resolution} {options.Resize} {options.Color}"));
        foreach (var split in splits)
        {
            Append(string.Create(CultureInfo.InvariantCulture, $"split {split.Length}"));
            foreach (var file in split)
                Append(string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.Modified} {file.Label} {file.Name}"));
        }
        return hash.GetHashAndReset();

        void Append(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + '\n'));
    }
}
