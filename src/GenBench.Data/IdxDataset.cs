using GenBench.Core;
using TorchSharp;

namespace GenBench.Data;

/// <summary>A published file.</summary>
/// <param name="Name">Its name, without <c>.gz</c>.</param>
/// <param name="Md5">Hex MD5 of its uncompressed bytes: compressed again it is still the same file.</param>
internal sealed record PublishedFile(string Name, string Md5);

/// <summary>A labelled set of gray images published as four IDX files. Another one of MNIST's kin is one more class with one of these.</summary>
/// <param name="Name">Its name in experiment files, and its folder's in the data folder.</param>
/// <param name="Source">Where the files are to be had.</param>
/// <param name="ClassNames">A name for each label.</param>
internal sealed record IdxDataset(string Name, string Source, IReadOnlyList<string> ClassNames)
{
    private const int ConventionalPadding = 2;

    internal required PublishedFile TrainImages { get; init; }

    internal required PublishedFile TrainLabels { get; init; }

    internal required PublishedFile TestImages { get; init; }

    internal required PublishedFile TestLabels { get; init; }

    /// <summary>Images in the published training split.</summary>
    internal int TrainCount { get; init; } = 60_000;

    /// <summary>Images in the published test split.</summary>
    internal int TestCount { get; init; } = 10_000;

    /// <summary>Height and width as published.</summary>
    internal int NativeResolution { get; init; } = 28;

    internal DataSpec Describe(IdxOptions options)
    {
        OptionRules.Check(options);
        if (options.Validation >= TrainCount)
            throw new InvalidOptionException("validation", $"must leave some of {Name}'s {TrainCount} training images, not {options.Validation}");
        if (options.Train > TrainCount - options.Validation)
            throw new InvalidOptionException("train", $"must be at most {TrainCount - options.Validation}, what {Name} has besides validation, not {options.Train}");
        if (options.Test > TestCount)
            throw new InvalidOptionException("test", $"must be at most {TestCount}, what {Name} has, not {options.Test}");
        return new DataSpec(Shape(options.Resolution), ClassNames.Count);
    }

    internal Dataset Open(IdxOptions options, string dataFolder)
    {
        var spec = Describe(options);
        using var scope = torch.NewDisposeScope();
        var folder = Path.GetFullPath(Path.Combine(dataFolder, Name));
        using var published = Read(folder, TrainImages, TrainLabels, TrainCount);
        using var publishedTest = Read(folder, TestImages, TestLabels, TestCount);
        var train = Part(published, 0, options.Train ?? TrainCount - options.Validation);
        var validation = Part(published, TrainCount - options.Validation, options.Validation);
        var test = Part(publishedTest, 0, options.Test ?? TestCount);
        return new Dataset(Name, spec, train, validation, test, ClassNames, DatasetChecksum.Of(train, validation, test));

        ImageSplit Part(ImageSplit whole, int first, int count)
        {
            var part = whole.Slice(first, count);
            if (options.Resolution == NativeResolution)
                return part;
            using (part)
                return options.Resolution == NativeResolution + 2 * ConventionalPadding
                    ? ImageResize.Pad(part, ConventionalPadding)
                    : ImageResize.Resize(part, options.Resolution);
        }
    }

    private ImageSplit Read(string folder, PublishedFile imageFile, PublishedFile labelFile, int count)
    {
        var (imagePath, labelPath) = (Locate(folder, imageFile), Locate(folder, labelFile));
        var images = ReadPublished(imagePath, imageFile, 3);
        var labels = ReadPublished(labelPath, labelFile, 1);
        if (images.Shape[0] != labels.Shape[0])
            throw new BadInputException($"{imagePath}: has {images.Shape[0]} images, but {labelPath} has {labels.Shape[0]} labels; fetch both again");
        if (!images.Shape.AsSpan().SequenceEqual([count, NativeResolution, NativeResolution]))
            throw new BadInputException($"{imagePath}: holds {string.Join(" x ", images.Shape)} pixels, not {count} x {NativeResolution} x {NativeResolution}; fetch it again");
        var wrong = labels.Values.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(ClassNames.Count - 1));
        if (wrong >= 0)
            throw new BadInputException($"{labelPath}: the label at offset {labels.Header.Length + wrong} is {labels.Values[wrong]}, not 0 to {ClassNames.Count - 1}; fetch it again");
        return ImageSplits.FromBytes(images.Values, labels.Values, Shape(NativeResolution));
    }

    private string Locate(string folder, PublishedFile file)
    {
        var plain = Path.Combine(folder, file.Name);
        foreach (var path in new[] { plain, plain + ".gz" })
            if (File.Exists(path))
                return path;
        var names = string.Join(", ", new[] { TrainImages, TrainLabels, TestImages, TestLabels }.Select(each => each.Name));
        var missing = Directory.Exists(folder) ? $"{plain}: no such file, nor with .gz" : $"{folder}: no such folder";
        throw new BadInputException(
            $"{missing}; {Name} needs {names} there, plain or .gz, from {Source}, and --data or GENBENCH_DATA to name the folder above");
    }

    private IdxArray ReadPublished(string path, PublishedFile file, int rank)
    {
        var array = IdxFile.Read(path, rank);
        var md5 = array.Md5();
        return md5 == file.Md5 ? array : throw new BadInputException(
            $"{path}: not the file that {Name} was published with: its uncompressed MD5 is {md5}, not {file.Md5}; fetch it again from {Source}");
    }

    private static ImageShape Shape(int resolution) => new(1, resolution, resolution);
}
