using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

/// <summary>What the shared options choose, on a set small enough to see through.</summary>
public sealed class LabelledSetTests
{
    private static readonly LabelledSet Tiny = new("tiny", new ImageShape(3, 32, 32), ["a", "b", "c"], 12, 6);

    /// <summary>Image i has the label i mod 3, red i, green 2i and blue 3i.</summary>
    private static LabelledImages Images(int count) => new(
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(1, 3).SelectMany(factor => Enumerable.Repeat((byte)(factor * i), 1024)))],
        [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]);

    private static Dataset Open(ImageSetOptions options) => Tiny.Open(options, Images(12), Images(6));

    private static CifarOptions Options => new() { Validation = 3 };

    private static byte[] Reds(ImageSplit split) => [.. split.Images[.., 0, 0, 0].cpu().data<byte>()];

    [Fact]
    public void Without_options_the_images_are_those_of_the_files()
    {
        using var scope = NewDisposeScope();
        using var dataset = Open(Options);
        Assert.Equal(Images(12).Pixels, dataset.Train.Images.bytes.ToArray().Concat(dataset.Validation.Images.bytes.ToArray()));
        Assert.Equal(Images(6).Pixels, dataset.Test.Images.bytes.ToArray());
        Assert.Equal([0L, 1, 2], dataset.Validation.Labels!.data<long>().ToArray());
        Assert.Equal("", dataset.Protocol);
    }

    [Fact]
    public void Classes_are_kept_in_the_order_named_and_numbered_anew()
    {
        using var scope = NewDisposeScope();
        using var dataset = Open(Options with { Classes = ["c", "a"], Train = 4, Test = 3 });
        Assert.Equal(new DataSpec(new ImageShape(3, 32, 32), 2), dataset.Spec);
        Assert.Equal(["c", "a"], dataset.ClassNames);
        Assert.Equal("classes c, a alone", dataset.Protocol);
        // Of 0 2 3 5 6 8 9 11 the last three are validation.
        Assert.Equal([0, 2, 3, 5], Reds(dataset.Train));
        Assert.Equal([1L, 0, 1, 0], dataset.Train.Labels!.data<long>().ToArray());
        Assert.Equal([8, 9, 11], Reds(dataset.Validation));
        Assert.Equal([0, 2, 3], Reds(dataset.Test));
    }

    [Fact]
    public void Gray_is_luma_and_said()
    {
        using var scope = NewDisposeScope();
        using var dataset = Open(Options with { Color = "gray" });
        Assert.Equal(new ImageShape(1, 32, 32), dataset.Spec.Shape);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => (byte)Math.Round(i * (.299 + 2 * .587 + 3 * .114))), Reds(dataset.Train));
        Assert.Equal("gray (Rec. 601)", dataset.Protocol);
    }

    [Fact]
    public void Gray_images_in_colour_have_three_equal_channels()
    {
        using var scope = NewDisposeScope();
        var gray = new LabelledSet("gray", new ImageShape(1, 28, 28), ["a"], 2, 1);
        using var dataset = gray.Open(new IdxOptions { Color = "rgb", Validation = 0 }, new(IdxBytes.Ramp(2 * 784), [0, 0]), new(IdxBytes.Ramp(784), [0]));
        Assert.Equal([2L, 3, 28, 28], dataset.Train.Images.shape);
        Assert.Equal(IdxBytes.Ramp(784), dataset.Train.Images[0, 0].contiguous().bytes.ToArray());
        Assert.True(dataset.Train.Images[.., 1].Equals(dataset.Train.Images[.., 2]));
        Assert.Equal("", dataset.Protocol);
    }

    [Fact]
    public void Another_resolution_is_resized_and_said()
    {
        using var scope = NewDisposeScope();
        using var dataset = Open(Options with { Resolution = 16, Resize = "lanczos" });
        Assert.Equal([9L, 3, 16, 16], dataset.Train.Images.shape);
        Assert.True(dataset.Train.Images[4, 2].eq(12).all().item<bool>());
        Assert.Equal("lanczos resize from 32x32", dataset.Protocol);
    }

    [Fact]
    public void Remarks_stand_before_the_rest() => Assert.Equal(
        "part, gray (Rec. 601), area resize from 32x32",
        Tiny.Open(Options with { Color = "gray", Resolution = 8 }, Images(12), Images(6), "part").Protocol);

    [Fact]
    public void What_cannot_be_chosen_is_named()
    {
        Assert.Equal("classes[1]", Option(Options with { Classes = ["a", "d"] }));
        Assert.Equal("classes[1]", Option(Options with { Classes = ["a", "a"] }));
        Assert.Equal("resize", Option(Options with { Resize = "nearest" }));
        Assert.Equal("color", Option(Options with { Color = "cmyk" }));
        Assert.Equal("train", Option(Options with { Train = 10 }));
        var large = Tiny with { TrainCount = 10_000 };
        Assert.Equal("resolution", Assert.Throws<InvalidOptionException>(() => large.Describe(Options with { Resolution = 512 })).Option);
        // Only the files know how many images two classes have.
        var few = Options with { Classes = ["a", "b"], Validation = 8 };
        Assert.Equal(2, Tiny.Describe(few).Classes);
        Assert.Equal("validation", Assert.Throws<InvalidOptionException>(() => Open(few)).Option);

        static string Option(ImageSetOptions options) => Assert.Throws<InvalidOptionException>(() => Tiny.Describe(options)).Option;
    }
}
