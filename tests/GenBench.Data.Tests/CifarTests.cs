using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Publishing;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class CifarTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static CifarDataset Tiny(byte[]? archive = null) => new(
        "tiny", PublishedFile.Archive("tiny.tar.gz", archive?.Length ?? 1, IdxBytes.Md5(archive ?? [])), "tiny-bin",
        [new("batch_1.bin", 4), new("batch_2.bin", 3)], new("test_batch.bin", 2))
    {
        Labels = new(1, 0, ["a", "b", "c"], 3),
    };

    private static CifarOptions Options => new() { Validation = 2 };

    /// <summary>Records with labels first, first + 1, … modulo 3.</summary>
    internal static byte[] Records(int count, int first = 0) => [.. Enumerable.Range(first, count).SelectMany(Record)];

    private static IEnumerable<byte> Record(int i) => IdxBytes.Ramp(3073).Select((value, k) => k == 0 ? (byte)(i % 3) : (byte)(value + i));

    private static (string Name, byte[] Content)[] Members =>
        [("tiny-bin/batch_1.bin", Records(4)), ("tiny-bin/readme.html", "<html>"u8.ToArray()), ("tiny-bin/batch_2.bin", Records(3, 4)), ("tiny-bin/test_batch.bin", Records(2, 7))];

    private static void IsTiny(Dataset dataset, string protocol)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Records(7).Chunk(3073).SelectMany(record => record.Skip(1)),
            dataset.Train.Images.bytes.ToArray().Concat(dataset.Validation.Images.bytes.ToArray()));
        Assert.Equal([0L, 1, 2, 0, 1], dataset.Train.Labels!.data<long>().ToArray());
        Assert.Equal([1L, 2], dataset.Test.Labels!.data<long>().ToArray());
        Assert.Equal([5L, 3, 32, 32], dataset.Train.Images.shape);
        Assert.Equal(protocol, dataset.Protocol);
        dataset.Dispose();
    }

    [Fact]
    public void The_archive_the_folder_and_single_files_give_the_same_images()
    {
        var archive = ArchiveBytes.TarGz(Members);
        var path = folder.Write("tiny/tiny.tar.gz", archive);
        var tiny = Tiny(archive);
        IsTiny(tiny.Open(Options, folder.Path), "");
        File.Delete(path);
        foreach (var (name, content) in Members)
            folder.Write(Path.Combine("tiny", name), content);
        IsTiny(tiny.Open(Options, folder.Path), "files not verified");
        foreach (var (name, content) in Members)
            folder.Write(Path.Combine("tiny", Path.GetFileName(name)), content);
        Directory.Delete(Path.Combine(folder.Path, "tiny", "tiny-bin"), recursive: true);
        IsTiny(tiny.Open(Options, folder.Path), "files not verified");
    }

    [Fact]
    public void What_is_wrong_is_named_with_its_place()
    {
        var tiny = Tiny();
        Assert.Contains("genbench data fetch tiny", Message(), StringComparison.Ordinal);
        folder.Write("tiny/test_batch.bin", Records(2));
        folder.Write("tiny/batch_1.bin", Records(4));
        Assert.Contains("batch_2.bin: cannot be read", Message(), StringComparison.Ordinal);
        folder.Write("tiny/batch_2.bin", Records(3)[..^1]);
        Assert.Contains("batch_2.bin: has 9218 bytes, not the 9219 of 3 records", Message(), StringComparison.Ordinal);
        var wrong = Records(3);
        wrong[2 * 3073] = 3;
        folder.Write("tiny/batch_2.bin", wrong);
        Assert.Contains("batch_2.bin: the label at offset 6146 is 3, not 0 to 2", Message(), StringComparison.Ordinal);
        folder.Write("tiny/tiny.tar.gz", ArchiveBytes.TarGz(Members));
        Assert.Contains("not the file that tiny was published as", Message(), StringComparison.Ordinal);

        string Message() => Assert.Throws<BadInputException>(() => tiny.Open(Options, folder.Path)).Message;
    }

    [Fact]
    public void An_archive_that_lacks_a_file_is_refused()
    {
        var archive = ArchiveBytes.TarGz(Members.AsSpan(0, 3));
        folder.Write("tiny/tiny.tar.gz", archive);
        Assert.Contains("holds no tiny-bin/test_batch.bin", Assert.Throws<BadInputException>(() => Tiny(archive).Open(Options, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_classes_have_two_labels_of_which_either_is_read()
    {
        // Coarse label i, fine label 5i, as the record has them.
        byte[] records = [.. Enumerable.Range(0, 3).SelectMany(i => IdxBytes.Ramp(3074).Select((value, k) => k == 0 ? (byte)i : k == 1 ? (byte)(5 * i) : value))];
        Assert.Equal(0, Cifar100.Publication.Unpacked[0].ContentLength % 3074);
        Assert.Equal((100, 20), (Cifar100.Describe(new()).Classes, Cifar100.Describe(new() { Labels = "coarse" }).Classes));
        var fine = CifarRecords.Parse([new("x", records)], new(2, 1, [.. Enumerable.Range(0, 100).Select(i => $"{i}")], 20));
        var coarse = CifarRecords.Parse([new("x", records)], new(2, 0, [.. Enumerable.Range(0, 20).Select(i => $"{i}")], 20));
        Assert.Equal([0, 5, 10], fine.Labels);
        Assert.Equal([0, 1, 2], coarse.Labels);
        Assert.Equal(fine.Pixels, coarse.Pixels);
        Assert.Equal(IdxBytes.Ramp(3074)[2..], fine.Pixels[..3072]);
    }

    [Fact]
    public void A_part_has_a_name_of_its_own_and_says_how_much_it_is()
    {
        folder.Write("cifar10-partial/train.bin", Records(7));
        folder.Write("cifar10-partial/test.bin", Records(2));
        using var part = Cifar10Partial.Open(new() { Validation = 2 }, folder.Path);
        Assert.Equal("cifar10-partial", part.Name);
        Assert.Equal((5, 2, 2), (part.Train.Count, part.Validation.Count, part.Test.Count));
        Assert.Equal("part of CIFAR-10: 7 of 50000 training and 2 of 10000 test images, files not verified", part.Protocol);
        // The same files under the genuine set's name are not that set.
        folder.Write("cifar10/data_batch_1.bin", Records(7));
        folder.Write("cifar10/test_batch.bin", Records(2));
        Assert.Throws<BadInputException>(() => Cifar10.Open(new(), folder.Path));
        folder.Write("cifar10-partial/test.bin", Records(2)[..^5]);
        Assert.Contains("test.bin: has 6141 bytes", Assert.Throws<BadInputException>(() => Cifar10Partial.Open(new(), folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_splits_have_the_published_sizes()
    {
        Assert.Equal("train", Assert.Throws<InvalidOptionException>(() => Cifar10.Describe(new() { Train = 45_001 })).Option);
        Assert.Equal("test", Assert.Throws<InvalidOptionException>(() => Cifar100.Describe(new() { Test = 10_001 })).Option);
        Assert.Equal(new DataSpec(new ImageShape(3, 32, 32), 10), Cifar10.Describe(new() { Train = 45_000, Test = 10_000 }));
        Assert.Equal(30_730_000, Cifar10.Publication.Unpacked[0].ContentLength);
    }
}
