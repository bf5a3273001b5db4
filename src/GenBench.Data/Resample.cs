using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data;

/// <summary>Options of <see cref="Resample"/>: sizes of disturbances, none by default.</summary>
public sealed record ResampleOptions
{
    /// <summary>Gray levels added to every value: a shift of the mean.</summary>
    [Range(-255, 255)]
    public int Shift { get; init; }

    /// <summary>Standard deviation, in gray levels, of Gaussian noise added to every value: 0, or at least 1.</summary>
    [Range(0.0, 255.0)]
    public double Noise { get; init; }

    /// <summary>How many classes are missing, the last ones: missing modes.</summary>
    [Range(0, int.MaxValue)]
    public int DroppedClasses { get; init; }

    /// <summary>Share of the images that are copies of training images: memorisation.</summary>
    [Range(0.0, 1.0)]
    public double Copies { get; init; }
}

/// <summary>
/// Fresh images of a dataset's own law, disturbed by a known amount: some classes left out, some images replaced by copies of training
/// images (of any class), noise added, the mean shifted, in this order. Values are cut to 0…255 at the end.
/// </summary>
public sealed class Resample : IControlDefinition<Resample, ResampleOptions>
{
    /// <summary>Variance of what rounding to whole gray levels adds.</summary>
    private const double Rounding = 1.0 / 12;

    // Streams of an image's noise; those from 0 on are its numbers within the law, in the order in which they are tried.
    private const long Copied = -1, Original = -2, Added = -3;

    private readonly ResampleOptions options;

    private Resample(ResampleOptions options) => this.options = options;

    /// <inheritdoc/>
    public static string Kind => "resample";

    /// <inheritdoc/>
    public static string Description => "fresh images of the dataset's law, with a shift, noise, missing classes or copies of known size";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public static Resample Create(ResampleOptions options)
    {
        OptionRules.Check(options);
        return options.Noise is 0 or >= 1
            ? new Resample(options)
            : throw new InvalidOptionException("noise", "must be 0 or at least 1: noise of less than a gray level is lost in rounding");
    }

    /// <inheritdoc/>
    public void Check(Dataset dataset)
    {
        if (dataset.Law is null)
            throw new BadInputException($"control '{Kind}': there is no law to draw fresh images of {dataset.Name} from; use a dataset that has one, such as shapes");
        if (options.DroppedClasses > 0 && options.DroppedClasses >= dataset.Spec.Classes)
            throw new InvalidOptionException("droppedClasses", dataset.Spec.Classes == 0
                ? $"must be 0, since {dataset.Name} has no classes"
                : $"must be below {dataset.Spec.Classes}, the classes of {dataset.Name}");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The dataset has no law to draw from.</exception>
    public Tensor Draw(Dataset dataset, ImageNoise noise)
    {
        var law = dataset.Law ?? throw new ArgumentException($"there is no law to draw fresh images of {dataset.Name} from", nameof(dataset));
        using var scope = NewDisposeScope();
        var images = Fresh(law, dataset.Spec.Classes, noise);
        if (options.Copies > 0)
            images = where(noise.Uniform(Copied, 1, 1, 1).lt(options.Copies), Originals(dataset.Train.Images, noise), images);
        var values = images.to(ScalarType.Float32);
        if (options.Noise > 0)
            values.add_(noise.Normal(Added, values.shape.AsSpan(1)).mul_(Math.Sqrt(options.Noise * options.Noise - Rounding)).round_());
        return values.add_(options.Shift).clamp_(0, 255).to(ScalarType.Byte).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IndependentValues? Disturb(IndependentValues values) => options is { DroppedClasses: 0, Copies: 0 }
        ? new IndependentValues(values.Mean + options.Shift, values.Variance + options.Noise * options.Noise)
        : null;

    /// <summary>Images of the classes that are left: one of a missing class is replaced until it is not.</summary>
    private Tensor Fresh(DataLaw law, int classes, ImageNoise noise)
    {
        var numbers = Numbers(noise, 0);
        for (var attempt = 1; ; attempt++)
        {
            using var split = law.Draw(numbers);
            long[] labels = options.DroppedClasses > 0 ? split.Labels!.data<long>().ToArray() : [];
            var missing = labels.Index().Where(label => label.Item >= classes - options.DroppedClasses).Select(label => label.Index).ToArray();
            if (missing.Length == 0)
                return split.Images.clone();
            var next = Numbers(noise, attempt);
            foreach (var i in missing)
                numbers[i] = next[i];
        }
    }

    /// <summary>A number for each image, of 40 random bits.</summary>
    private static long[] Numbers(ImageNoise noise, long stream)
    {
        using var scope = NewDisposeScope();
        var halves = noise.Uniform(stream, 2).to(ScalarType.Float64).mul_(1 << 20).to(ScalarType.Int64);
        return halves.select(1, 0).mul(1 << 20).add_(halves.select(1, 1)).data<long>().ToArray();
    }

    /// <summary>A training image for each image, drawn with replacement.</summary>
    private static Tensor Originals(Tensor train, ImageNoise noise)
    {
        using var scope = NewDisposeScope();
        var rows = noise.Uniform(Original, 1).squeeze(1).to(ScalarType.Float64).mul_(train.shape[0]).to(ScalarType.Int64);
        return train.index_select(0, rows).MoveToOuterDisposeScope();
    }
}
