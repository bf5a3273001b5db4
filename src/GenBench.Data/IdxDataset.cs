using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>A labelled set of gray images of 28 × 28 published as four IDX files. Another one of MNIST's kin is one more
/// class with one of these.</summary>
/// <param name="Name">Its name in experiment files, and its folder's in the data folder.</param>
/// <param name="Mirrors">Where the files are to be had.</param>
/// <param name="ClassNames">A name for each label.</param>
internal sealed record IdxDataset(string Name, IReadOnlyList<string> Mirrors, IReadOnlyList<string> ClassNames)
{
    internal static readonly ImageShape Shape = new(1, 28, 28);

    internal required PublishedFile TrainImages { get; init; }

    internal required PublishedFile TrainLabels { get; init; }

    internal required PublishedFile TestImages { get; init; }

    internal required PublishedFile TestLabels { get; init; }

    /// <summary>Images in the published training split.</summary>
    internal int TrainCount { get; init; } = 60_000;

    /// <summary>Images in the published test split.</summary>
    internal int TestCount { get; init; } = 10_000;

    internal Publication Publication => new(Name, Mirrors, [TrainImages, TrainLabels, TestImages, TestLabels]);

    private LabelledSet Set => new(Name, Shape, ClassNames, TrainCount, TestCount);

    internal DataSpec Describe(IdxOptions options) => Set.Describe(options);

    internal Dataset Open(IdxOptions options, string dataFolder)
    {
        Describe(options);
        var folder = Publication.Folder(dataFolder);
        var (trainImages, trainLabels) = (Read(folder, TrainImages, 3), Read(folder, TrainLabels, 1));
        var (testImages, testLabels) = (Read(folder, TestImages, 3), Read(folder, TestLabels, 1));
        var verified = trainImages.Verified && trainLabels.Verified && testImages.Verified && testLabels.Verified;
        return Set.Open(
            options,
            Combine(trainImages.Array, trainLabels.Array, TrainCount, 0, ClassNames.Count),
            Combine(testImages.Array, testLabels.Array, TestCount, 0, ClassNames.Count),
            verified ? [] : [PublicationCheck.NotVerified]);
    }

    /// <summary>Images with their labels, which run from <paramref name="firstLabel"/>.</summary>
    /// <exception cref="BadInputException">The files do not belong together, or are not what was published.</exception>
    internal static LabelledImages Combine(IdxArray images, IdxArray labels, int count, int firstLabel, int classes)
    {
        if (images.Shape[0] != labels.Shape[0])
            throw new BadInputException($"{images.Path}: has {images.Shape[0]} images, but {labels.Path} has {labels.Shape[0]} labels; fetch both again");
        if (!images.Shape.AsSpan().SequenceEqual([count, Shape.Height, Shape.Width]))
            throw new BadInputException($"{images.Path}: holds {string.Join(" x ", images.Shape)} pixels, not {count} x {Shape.Height} x {Shape.Width}; fetch it again");
        var last = firstLabel + classes - 1;
        var wrong = labels.Values.AsSpan().IndexOfAnyExceptInRange((byte)firstLabel, (byte)last);
        if (wrong >= 0)
            throw new BadInputException($"{labels.Path}: the label at offset {labels.Header.Length + wrong} is {labels.Values[wrong]}, not {firstLabel} to {last}; fetch it again");
        return new LabelledImages(images.Values, firstLabel == 0 ? labels.Values : Array.ConvertAll(labels.Values, label => (byte)(label - firstLabel)));
    }

    private (IdxArray Array, bool Verified) Read(string folder, PublishedFile file, int rank)
    {
        var path = Locate(folder, file);
        var array = IdxFile.Read(path, rank);
        if (file.ContentMd5 is { } contentMd5)
            return array.Md5() is var found && found == contentMd5 ? (array, true) : throw Other("uncompressed MD5", found, contentMd5);
        if (file.Md5 is not { } md5 || path == Path.Combine(folder, file.PlainName))
            return (array, false);
        return Md5Sum.OfFile(path) is var whole && whole == md5 ? (array, true) : throw Other("MD5", whole, md5);

        BadInputException Other(string kind, string found, string published) => new(
            $"{path}: not the file that {Name} was published with: its {kind} is {found}, not {published}; fetch it again ({Publication.Mend})");
    }

    private string Locate(string folder, PublishedFile file)
    {
        var plain = Path.Combine(folder, file.PlainName);
        foreach (var path in new[] { plain, Path.Combine(folder, file.Name) })
            if (File.Exists(path))
                return path;
        var names = string.Join(", ", Publication.Files.Select(each => each.PlainName));
        var missing = Directory.Exists(folder) ? $"{plain}: no such file, nor with .gz" : $"{folder}: no such folder";
        throw new BadInputException($"{missing}; {Name} needs {names} there, plain or .gz: {Publication.Mend}");
    }
}
