using GenBench.Core;
using GenBench.Data;

namespace GenBench.Tests.Data;

public sealed class EmnistTests
{
    [Theory]
    [InlineData("balanced", 47)]
    [InlineData("byclass", 62)]
    [InlineData("bymerge", 47)]
    [InlineData("digits", 10)]
    [InlineData("letters", 26)]
    [InlineData("mnist", 10)]
    public void Each_split_has_its_classes(string split, int classes) =>
        Assert.Equal(new DataSpec(new ImageShape(1, 28, 28), classes), Emnist.Describe(new() { Split = split }));

    [Fact]
    public void An_unknown_split_and_a_class_of_another_are_named()
    {
        Assert.Equal("split", Assert.Throws<InvalidOptionException>(() => Emnist.Describe(new() { Split = "all" })).Option);
        Assert.Equal(1, Emnist.Describe(new() { Classes = ["a"] }).Classes);
        Assert.Equal("classes[0]", Assert.Throws<InvalidOptionException>(() => Emnist.Describe(new() { Split = "letters", Classes = ["a"] })).Option);
    }

    [Fact]
    public void Images_are_published_transposed_and_stand_upright_afterwards()
    {
        // A bar along the top, published as a bar along the left; the second image is another.
        var published = new byte[2 * 784];
        for (var i = 0; i < 28; i++)
            (published[i * 28], published[784 + i * 28 + 5]) = (255, 9);
        var upright = Emnist.Upright(new LabelledImages(published, [0, 0])).Pixels;
        Assert.All(upright[..28], pixel => Assert.Equal(255, pixel));
        Assert.All(upright[28..784], pixel => Assert.Equal(0, pixel));
        Assert.All(upright[(784 + 5 * 28)..(784 + 6 * 28)], pixel => Assert.Equal(9, pixel));
    }

    [Fact]
    public void Labels_that_begin_at_one_become_numbers_from_zero()
    {
        var images = new IdxArray("i", new byte[16], [2, 28, 28], new byte[2 * 784]);
        Assert.Equal([0, 25], IdxDataset.Combine(images, new IdxArray("l", new byte[8], [2], [1, 26]), 2, 1, 26).Labels);
        var message = Assert.Throws<BadInputException>(() => IdxDataset.Combine(images, new IdxArray("l", new byte[8], [2], [1, 0]), 2, 1, 26)).Message;
        Assert.Contains("offset 9 is 0, not 1 to 26", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_are_named_where_they_are_looked_for()
    {
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<BadInputException>(() => Emnist.Open(new(), folder.Path)).Message;
        foreach (var part in new[] { "gzip.zip", "emnist-balanced-train-images-idx3-ubyte.gz", "genbench data fetch emnist" })
            Assert.Contains(part, message, StringComparison.Ordinal);
        folder.Write("emnist/gzip.zip", ArchiveBytes.Zip(("gzip/x", [])));
        Assert.Contains("not the file that emnist was published as", Assert.Throws<BadInputException>(() => Emnist.Open(new(), folder.Path)).Message, StringComparison.Ordinal);
    }
}
