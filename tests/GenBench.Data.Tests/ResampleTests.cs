using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class ResampleTests
{
    private const int N = 2000;

    /// <summary>Images of one value, ten times their class, which is the last digit to base 4 of their number. All training images are 200.</summary>
    private static Dataset Classes()
    {
        ImageSplit Split(int count) => new(zeros(count, 1, 1, 1, ScalarType.Byte).add_(200).DetachFromDisposeScope(), null);
        return new Dataset("classes", new DataSpec(new ImageShape(1, 1, 1), 4), Split(5), Split(0), Split(1), [], "")
        {
            Law = new DataLaw(numbers =>
            {
                var labels = tensor(numbers.Select(number => number % 4).ToArray());
                return new ImageSplit(labels.mul(10).to(ScalarType.Byte).reshape(-1, 1, 1, 1), labels);
            }),
        };
    }

    private static Tensor Draw(ResampleOptions options, Dataset dataset, long first = 0, int count = N) =>
        Resample.Create(options).Draw(dataset, new ImageNoise(3, first, count, CPU)).to(ScalarType.Int32);

    private static double Share(Tensor images, int value) => images.eq(value).to(ScalarType.Float64).mean().item<double>();

    [Fact]
    public void By_default_it_draws_the_law_image_by_image_whatever_the_batch()
    {
        using var scope = NewDisposeScope();
        using var dataset = Shapes.Open(new() { Train = 20, Validation = 0, Test = 10 }, "");
        var whole = Draw(new(), dataset, count: 30);
        Assert.Equal([30, 1, 16, 16], whole.shape);
        Assert.True(whole[10..15].equal(Draw(new(), dataset, first: 10, count: 5)).all().item<bool>());
        var all = cat([whole, dataset.Train.Images.to(ScalarType.Int32), dataset.Test.Images.to(ScalarType.Int32)]);
        Assert.Equal(60, all.flatten(1).unique(dim: 0).output.shape[0]);

        using var fresh = dataset.Law!.Draw([7, 0]);
        using var rendered = Shapes.Render(0, Shapes.FirstFresh, 8, 16, rgb: false);
        Assert.True(fresh.Images.equal(rendered.Images.index_select(0, tensor(new long[] { 7, 0 }))).all().item<bool>());
    }

    [Fact]
    public void A_shift_moves_every_value_by_its_size_and_says_so_of_the_law()
    {
        using var scope = NewDisposeScope();
        using var dataset = GaussianVectors.Open(new() { Train = 2, Test = 1 }, "");
        Assert.True((Draw(new() { Shift = 3 }, dataset) - Draw(new(), dataset)).eq(3).all().item<bool>());
        Assert.Equal(new IndependentValues(125, 256), Resample.Create(new() { Shift = -3 }).Disturb(new(128, 256)));
        Assert.Equal(255, Draw(new() { Shift = 255 }, dataset).min().item<int>());
    }

    [Fact]
    public void Noise_has_the_variance_that_it_is_said_to_have_rounding_included()
    {
        using var scope = NewDisposeScope();
        using var dataset = GaussianVectors.Open(new() { Train = 2, Test = 1 }, "");
        foreach (var noise in new[] { 1.0, 8.0 })
        {
            var added = (Draw(new() { Noise = noise }, dataset) - Draw(new(), dataset)).to(ScalarType.Float64);
            var variance = noise * noise;
            Assert.InRange(added.mean().item<double>(), -5 * noise / Math.Sqrt(64.0 * N), 5 * noise / Math.Sqrt(64.0 * N));
            Assert.InRange(added.square().mean().item<double>() / variance, 1 - 6 * Math.Sqrt(2 / (64.0 * N)), 1 + 6 * Math.Sqrt(2 / (64.0 * N)));
            Assert.Equal(new IndependentValues(128, 256 + variance), Resample.Create(new() { Noise = noise }).Disturb(new(128, 256)));
        }
    }

    [Fact]
    public void Missing_classes_are_the_last_ones_and_the_others_stay_even()
    {
        using var scope = NewDisposeScope();
        using var dataset = Classes();
        var images = Draw(new() { DroppedClasses = 2 }, dataset);
        Assert.Equal(10, images.max().item<int>());
        Assert.InRange(Share(images, 0), 0.5 - 5 * Math.Sqrt(0.25 / N), 0.5 + 5 * Math.Sqrt(0.25 / N));
        var undisturbed = Draw(new(), dataset);
        Assert.True(images.eq(undisturbed).logical_or(undisturbed.ge(20)).all().item<bool>());
        Assert.Null(Resample.Create(new() { DroppedClasses = 1 }).Disturb(new(0, 1)));
    }

    [Fact]
    public void Copies_are_training_images_in_the_share_asked_for()
    {
        using var scope = NewDisposeScope();
        using var dataset = Classes();
        Assert.InRange(Share(Draw(new() { Copies = 0.3 }, dataset), 200), 0.3 - 5 * Math.Sqrt(0.21 / N), 0.3 + 5 * Math.Sqrt(0.21 / N));
        Assert.Equal(1, Share(Draw(new() { Copies = 1 }, dataset), 200));
        Assert.Null(Resample.Create(new() { Copies = 0.1 }).Disturb(new(0, 1)));
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused_by_name()
    {
        using var classes = Classes();
        using var vectors = GaussianVectors.Open(new() { Train = 2, Test = 1 }, "");
        using var lawless = Classes() with { Law = null };
        string Refused(ResampleOptions options, Dataset dataset) => Assert.Throws<InvalidOptionException>(() => Resample.Create(options).Check(dataset)).Message;
        Assert.Equal("droppedClasses: must be below 4, the classes of classes", Refused(new() { DroppedClasses = 4 }, classes));
        Assert.Equal("droppedClasses: must be 0, since gaussian-vectors has no classes", Refused(new() { DroppedClasses = 1 }, vectors));
        Assert.Equal(
            "control 'resample': there is no law to draw fresh images of classes from; use a dataset that has one, such as shapes",
            Assert.Throws<BadInputException>(() => Resample.Create(new()).Check(lawless)).Message);
        Assert.Equal("noise", Assert.Throws<InvalidOptionException>(() => Resample.Create(new() { Noise = 0.5 })).Option);
        Assert.Equal("copies", Assert.Throws<InvalidOptionException>(() => Resample.Create(new() { Copies = 1.5 })).Option);
        Resample.Create(new() { DroppedClasses = 3 }).Check(classes);
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        using var dataset = Classes();
        var before = TensorCount.AfterCollection();
        Resample.Create(new() { DroppedClasses = 2, Copies = 0.2, Noise = 2, Shift = 1 }).Draw(dataset, new ImageNoise(1, 0, 50, CPU)).Dispose();
        Assert.Equal(before, TensorCount.AfterCollection());
    }
}
