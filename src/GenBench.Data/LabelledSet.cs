using GenBench.Core;

namespace GenBench.Data;

/// <summary>Labelled images as published files hold them.</summary>
/// <param name="Pixels">Image after image, planes in the order of the channels, rows from the top.</param>
/// <param name="Labels">One class for each image.</param>
internal sealed record LabelledImages(byte[] Pixels, byte[] Labels);

/// <summary>A published set of labelled images, and how options choose from it.</summary>
/// <param name="Name">Its name in experiment files.</param>
/// <param name="Published">Shape of one image as published.</param>
/// <param name="ClassNames">A name for each label.</param>
/// <param name="TrainCount">Images in the published training split; null where only the files know.</param>
/// <param name="TestCount">Images in the published test split.</param>
internal sealed record LabelledSet(string Name, ImageShape Published, IReadOnlyList<string> ClassNames, int? TrainCount, int? TestCount)
{
    /// <exception cref="InvalidOptionException">The options cannot be used.</exception>
    internal DataSpec Describe(ImageSetOptions options)
    {
        OptionRules.Check(options);
        foreach (var (index, name) in options.Classes.Index())
        {
            if (!ClassNames.Contains(name))
                throw new InvalidOptionException($"classes[{index}]", $"'{name}' is no class of {Name}, which has {string.Join(", ", ClassNames)}");
            if (options.Classes.Take(index).Contains(name))
                throw new InvalidOptionException($"classes[{index}]", $"'{name}' is named twice");
        }
        if (options.Classes.Count == 0 && TrainCount is { } train && TestCount is { } test)
            CheckCounts(options, train, test);
        return new DataSpec(options.Shape, KeptClasses(options).Count);
    }

    /// <summary>Chooses, converts and resizes.</summary>
    /// <param name="options">The options.</param>
    /// <param name="train">The published training split.</param>
    /// <param name="test">The published test split.</param>
    /// <param name="remarks">What every figure must say of the files; empty where they are the published ones.</param>
    /// <exception cref="InvalidOptionException">There are fewer images than the options ask for.</exception>
    internal Dataset Open(ImageSetOptions options, LabelledImages train, LabelledImages test, params IEnumerable<string> remarks)
    {
        var spec = Describe(options);
        var (trainKept, testKept) = (Kept(train, options), Kept(test, options));
        CheckCounts(options, trainKept.Length, testKept.Length);
        var rest = trainKept.Length - options.Validation;
        var transform = new ImageTransform(Published, spec.Shape, options.Resize);
        var trainSplit = Split(train, trainKept[..(options.Train ?? rest)]);
        var validationSplit = Split(train, trainKept[rest..]);
        var testSplit = Split(test, testKept[..(options.Test ?? testKept.Length)]);
        return new Dataset(
            Name, spec, trainSplit, validationSplit, testSplit, KeptClasses(options), DatasetChecksum.Of(trainSplit, validationSplit, testSplit))
        {
            Protocol = string.Join(", ", [.. remarks, .. options.Protocol, .. transform.Protocol]),
        };

        ImageSplit Split(LabelledImages source, (int Image, byte Label)[] chosen)
        {
            var pixels = new byte[chosen.Length * spec.Shape.Dimensions];
            Parallel.For(0, chosen.Length, i => transform.Apply(
                source.Pixels.AsSpan(chosen[i].Image * Published.Dimensions, Published.Dimensions),
                pixels.AsSpan(i * spec.Shape.Dimensions, spec.Shape.Dimensions)));
            return ImageSplits.FromBytes(pixels, [.. chosen.Select(each => each.Label)], spec.Shape);
        }
    }

    private IReadOnlyList<string> KeptClasses(ImageSetOptions options) => options.Classes.Count > 0 ? options.Classes : ClassNames;

    /// <summary>The images of the classes asked for, with their new labels.</summary>
    private (int Image, byte Label)[] Kept(LabelledImages images, ImageSetOptions options)
    {
        var labels = KeptClasses(options).Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label);
        var renamed = ClassNames.Select(name => labels.GetValueOrDefault(name, -1)).ToArray();
        return [.. images.Labels.Index().Where(each => renamed[each.Item] >= 0).Select(each => (each.Index, (byte)renamed[each.Item]))];
    }

    private void CheckCounts(ImageSetOptions options, int train, int test)
    {
        var rest = train - options.Validation;
        if (rest <= 0)
            throw new InvalidOptionException("validation", $"must leave some of {Name}'s {train} training images, not {options.Validation}");
        if (options.Train > rest)
            throw new InvalidOptionException("train", $"must be at most {rest}, what {Name} has besides validation, not {options.Train}");
        if (options.Test > test)
            throw new InvalidOptionException("test", $"must be at most {test}, what {Name} has, not {options.Test}");
        var largest = Math.Max(Math.Max(options.Train ?? rest, options.Validation), options.Test ?? test);
        if ((long)largest * options.Shape.Dimensions > Array.MaxLength)
            throw new InvalidOptionException("resolution", $"makes a split of {largest} images of {options.Shape} larger than 2 GiB; lower it, or train and test");
    }
}
