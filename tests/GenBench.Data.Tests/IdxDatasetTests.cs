using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Publishing;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class IdxDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Writes a set of 12 + 5 images of 28 × 28 with three classes and returns its description.</summary>
    private IdxDataset Publish(byte[]? trainLabels = null, byte[]? testImages = null, string suffix = "")
    {
        var labels = Enumerable.Range(0, 12).Select(i => (byte)(i % 3)).ToArray();
        return new IdxDataset("tiny", ["https://example.org/"], ["a", "b", "c"])
        {
            TrainCount = 12,
            TestCount = 5,
            TrainImages = Put("train-images", IdxBytes.Of([12, 28, 28], IdxBytes.Ramp(12 * 784))),
            TrainLabels = Put("train-labels", trainLabels ?? IdxBytes.Of([12], labels)),
            TestImages = Put("test-images", testImages ?? IdxBytes.Of([5, 28, 28], IdxBytes.Ramp(5 * 784))),
            TestLabels = Put("test-labels", IdxBytes.Of([5], labels[..5])),
        };

        PublishedFile Put(string name, byte[] content)
        {
            folder.Write(Path.Combine("tiny", name + suffix), suffix.Length > 0 ? IdxBytes.Gzip(content) : content);
            return new PublishedFile(name + ".gz") { ContentMd5 = IdxBytes.Md5(content), ContentLength = content.Length };
        }
    }

    private static IdxOptions Options => new() { Validation = 4 };

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void The_last_training_images_are_held_out(string suffix)
    {
        using var scope = NewDisposeScope();
        using var dataset = Publish(suffix: suffix).Open(Options, folder.Path);
        Assert.Equal(new DataSpec(new ImageShape(1, 28, 28), 3), dataset.Spec);
        var pixels = dataset.Train.Images.bytes.ToArray().Concat(dataset.Validation.Images.bytes.ToArray());
        Assert.Equal(IdxBytes.Ramp(12 * 784), pixels);
        Assert.Equal([2L, 0, 1, 2], dataset.Validation.Labels!.data<long>().ToArray());
        Assert.Equal(5, dataset.Test.Count);
    }

    [Fact]
    public void Limits_take_the_first_images_and_leave_validation_alone()
    {
        using var scope = NewDisposeScope();
        var tiny = Publish();
        using var whole = tiny.Open(Options, folder.Path);
        using var part = tiny.Open(Options with { Train = 3, Test = 2 }, folder.Path);
        Assert.True(part.Train.Images.Equals(whole.Train.Images[..3]));
        Assert.True(part.Validation.Images.Equals(whole.Validation.Images));
        Assert.True(part.Test.Images.Equals(whole.Test.Images[..2]));
        Assert.NotEqual(whole.Checksum, part.Checksum);
    }

    [Fact]
    public void A_resolution_of_32_pads_with_zeros()
    {
        using var scope = NewDisposeScope();
        var tiny = Publish();
        using var native = tiny.Open(Options, folder.Path);
        using var padded = tiny.Open(Options with { Resolution = 32 }, folder.Path);
        Assert.Equal([8L, 1, 32, 32], padded.Train.Images.shape);
        Assert.True(padded.Train.Images[.., .., 2..30, 2..30].Equals(native.Train.Images));
        Assert.Equal(native.Train.Images.sum().item<long>(), padded.Train.Images.sum().item<long>());
        Assert.Equal(("", "28x28 padded to 32x32"), (native.Protocol, padded.Protocol));
    }

    [Fact]
    public void A_missing_folder_or_file_is_named_with_the_mend()
    {
        var tiny = Publish();
        var nowhere = Path.Combine(folder.Path, "nowhere");
        var message = Assert.Throws<BadInputException>(() => tiny.Open(Options, nowhere)).Message;
        foreach (var part in new[] { Path.Combine(nowhere, "tiny"), "no such folder", "train-images", "train-labels", "test-images", "test-labels", "--data", "GENBENCH_DATA" })
            Assert.Contains(part, message, StringComparison.Ordinal);
        var missing = Path.Combine(folder.Path, "tiny", "test-labels");
        File.Delete(missing);
        Assert.Contains($"{missing}: no such file", Assert.Throws<BadInputException>(() => tiny.Open(Options, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_than_the_published_is_refused_with_both_checksums()
    {
        var tiny = Publish();
        var other = IdxBytes.Of([5], [0, 1, 2, 0, 0]);
        folder.Write("tiny/test-labels", other);
        var message = Assert.Throws<BadInputException>(() => tiny.Open(Options, folder.Path)).Message;
        Assert.Contains(IdxBytes.Md5(other), message, StringComparison.Ordinal);
        Assert.Contains(tiny.TestLabels.ContentMd5!, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_published_checksum_is_read_and_marked_and_with_one_it_must_match()
    {
        var tiny = Publish(suffix: ".gz");
        var path = Path.Combine(folder.Path, "tiny", "test-labels.gz");
        using var marked = (tiny with { TestLabels = tiny.TestLabels with { ContentMd5 = null } }).Open(Options, folder.Path);
        Assert.Equal("files not verified", marked.Protocol);
        var published = tiny.TestLabels with { ContentMd5 = null, Md5 = IdxBytes.Md5(File.ReadAllBytes(path)) };
        using var verified = (tiny with { TestLabels = published }).Open(Options, folder.Path);
        Assert.Equal("", verified.Protocol);
        var message = Assert.Throws<BadInputException>(() => (tiny with { TestLabels = published with { Md5 = "0" } }).Open(Options, folder.Path)).Message;
        Assert.Contains(published.Md5, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_must_agree_in_number_and_range()
    {
        var few = Publish(trainLabels: IdxBytes.Of([11], new byte[11]));
        Assert.Contains("12 images", Assert.Throws<BadInputException>(() => few.Open(Options, folder.Path)).Message, StringComparison.Ordinal);
        var wrong = Publish(trainLabels: IdxBytes.Of([12], [0, 1, 2, 0, 1, 2, 3, 0, 0, 0, 0, 0]));
        Assert.Contains("offset 14 is 3, not 0 to 2", Assert.Throws<BadInputException>(() => wrong.Open(Options, folder.Path)).Message, StringComparison.Ordinal);
        var size = Publish(testImages: IdxBytes.Of([5, 27, 28], new byte[5 * 27 * 28]));
        Assert.Contains("5 x 27 x 28", Assert.Throws<BadInputException>(() => size.Open(Options, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 4, null, null, "resolution")]
    [InlineData(28, 12, null, null, "validation")]
    [InlineData(28, 4, 9, null, "train")]
    [InlineData(28, 4, null, 6, "test")]
    [InlineData(28, 4, 0, null, "train")]
    public void Options_out_of_range_are_named(int resolution, int validation, int? train, int? test, string option)
    {
        var options = new IdxOptions { Resolution = resolution, Validation = validation, Train = train, Test = test };
        Assert.Equal(option, Assert.Throws<InvalidOptionException>(() => Publish().Describe(options)).Option);
    }

    [Fact]
    public void The_checksum_covers_pixels_labels_and_their_split()
    {
        using var scope = NewDisposeScope();
        var seen = new HashSet<string>();
        var (images, labels) = (zeros(4, 1, 2, 2, ScalarType.Byte), zeros(4, ScalarType.Int64));
        seen.Add(DatasetChecksum.Of(new ImageSplit(images, labels)));
        seen.Add(DatasetChecksum.Of(new ImageSplit(images, null)));
        seen.Add(DatasetChecksum.Of(new ImageSplit(images, labels), new ImageSplit(images, labels)));
        seen.Add(DatasetChecksum.Of(new ImageSplit(images[..1], labels[..1]), new ImageSplit(images[1..], labels[1..])));
        seen.Add(DatasetChecksum.Of(new ImageSplit(images.flatten().index_fill(0, tensor(0L), 1).reshape(4, 1, 2, 2), labels)));
        seen.Add(DatasetChecksum.Of(new ImageSplit(images, labels.index_fill(0, tensor(0L), 1))));
        Assert.Equal(6, seen.Count);
    }

    [Fact]
    public void Opening_leaves_no_tensor_over()
    {
        var tiny = Publish();
        foreach (var resolution in new[] { 28, 32, 14 })
        {
            var before = TensorCount.AfterCollection();
            tiny.Open(Options with { Resolution = resolution }, folder.Path).Dispose();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }
}
