using System.Collections.Concurrent;
using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Folders;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class ImagesTests : IDisposable
{
    private static readonly ImageFolderOptions Options = new() { Folder = "set", Resolution = 8, TestFraction = 0.25 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Dataset Open(ImageFolderOptions options, IProgress<DataProgress>? progress = null) => Images.Open(options, folder.Path, progress);

    private string Pack => Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, ".packed"), "*.pack"));

    private void Numbered(string prefix, params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
            folder.Write($"set/{prefix}{number}.png", ImageBytes.Numbered(number));
    }

    /// <summary>The numbers of a split's images, by their first pixel.</summary>
    private static int[] Numbers(ImageSplit split)
    {
        using var scope = NewDisposeScope();
        return [.. split.Images[.., 0, 0, 0].cpu().contiguous().data<byte>().ToArray().Select(value => Enumerable.Range(0, 40).Single(number => (byte)(31 * number) == value))];
    }

    [Fact]
    public void A_flat_folder_is_divided_by_a_seeded_share()
    {
        Numbered("", [.. Enumerable.Range(0, 20)]);
        folder.Write("set/readme.txt", "text"u8.ToArray());
        folder.Write("set/.hidden.png", [1]);
        using var dataset = Open(Options with { Validation = 3 });
        Assert.Equal((12, 3, 5), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.Equal(new DataSpec(new ImageShape(3, 8, 8), 0), dataset.Spec);
        Assert.Null(dataset.Train.Labels);
        Assert.Equal(Enumerable.Range(0, 20), Numbers(dataset.Train).Concat(Numbers(dataset.Validation)).Concat(Numbers(dataset.Test)).Order());
        using var other = Open(Options with { Seed = 1 });
        Assert.NotEqual(Numbers(dataset.Test).Order(), Numbers(other.Test).Order());
        using var fewer = Open(Options with { Validation = 3, Train = 4, Test = 2 });
        Assert.Equal(Numbers(dataset.Train)[..4], Numbers(fewer.Train));
        Assert.Equal(Numbers(dataset.Test)[..2], Numbers(fewer.Test));
    }

    [Fact]
    public void A_file_that_is_added_moves_no_other()
    {
        Numbered("", [.. Enumerable.Range(0, 19)]);
        using var before = Open(Options with { TestFraction = 0 });
        Numbered("", 19);
        using var after = Open(Options with { TestFraction = 0 });
        Assert.Equal(Numbers(before.Train), Numbers(after.Train).Where(number => number != 19));
    }

    [Fact]
    public void Pixels_are_those_of_the_files_and_the_checksum_is_that_of_the_pixels()
    {
        using var scope = NewDisposeScope();
        Numbered("", 1, 2, 3, 4);
        using var dataset = Open(Options with { Validation = 1 });
        Assert.True(dataset.Train.Mapped);
        var raw = Enumerable.Range(0, 192).Select(i => (byte)(i * 5 + Numbers(dataset.Train)[0] * 31)).ToArray();
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(channel => raw.Where((_, i) => i % 3 == channel)), dataset.Train.Images[0].contiguous().bytes.ToArray());
        Assert.Equal(DatasetChecksum.Of(dataset.Train, dataset.Validation, dataset.Test), dataset.Checksum);
        Assert.Equal("set: middle square, area resize", dataset.Protocol);
        using var gathered = dataset.Train.Images.index_select(0, tensor(new[] { 1L, 0 }));
        Assert.Equal(Numbers(dataset.Train)[..2].Reverse(), Numbers(new ImageSplit(gathered, null)));
    }

    [Fact]
    public void Class_folders_give_labels()
    {
        Numbered("b/", 0, 1, 2, 3);
        Numbered("a/", 4, 5, 6, 7);
        Numbered("c/deeper/", 8, 9, 10, 11);
        using var scope = NewDisposeScope();
        using var all = Open(Options with { ClassCount = 3 });
        Assert.Equal(["a", "b", "c"], all.ClassNames);
        Assert.All(Numbers(all.Train).Zip(all.Train.Labels!.data<long>().ToArray()), pair => Assert.Equal(pair.First is >= 4 and < 8 ? 0 : pair.First < 4 ? 1 : 2, pair.Second));
        Assert.Equal(DatasetChecksum.Of(all.Train, all.Validation, all.Test), all.Checksum);
        using var two = Open(Options with { Classes = ["c", "a"] });
        Assert.Equal(2, two.Spec.Classes);
        Assert.Equal("set: classes c, a alone, middle square, area resize", two.Protocol);
        Assert.All(Numbers(two.Train).Zip(two.Train.Labels!.data<long>().ToArray()), pair => Assert.Equal(pair.First >= 8 ? 0 : 1, pair.Second));
        Assert.Equal(8, two.Train.Count + two.Test.Count);
        Assert.Contains("has 3 class folders with images (a, b, c), not the 2", Assert.Throws<BadInputException>(() => Open(Options with { ClassCount = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("'d'", Assert.Throws<BadInputException>(() => Open(Options with { Classes = ["d"] })).Message, StringComparison.Ordinal);
        Numbered("", 12);
        Assert.Contains("12.png: lies in no class folder", Assert.Throws<BadInputException>(() => Open(Options with { ClassCount = 3 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_and_test_folders_are_the_splits()
    {
        Numbered("train/a/", 0, 1, 2);
        Numbered("train/b/", 3, 4, 5);
        Assert.Contains("has train but no test", Assert.Throws<BadInputException>(() => Open(Options)).Message, StringComparison.Ordinal);
        Numbered("test/b/", 6, 7);
        using var scope = NewDisposeScope();
        using var dataset = Open(Options with { ClassCount = 2, Validation = 2 });
        Assert.Equal(Enumerable.Range(0, 6), Numbers(dataset.Train).Concat(Numbers(dataset.Validation)).Order());
        Assert.Equal([6, 7], Numbers(dataset.Test).Order());
        Assert.Equal([1L, 1], dataset.Test.Labels!.data<long>().ToArray());
    }

    [Fact]
    public void What_options_ask_for_must_be_there()
    {
        Assert.Contains("no such folder", Assert.Throws<BadInputException>(() => Open(Options)).Message, StringComparison.Ordinal);
        folder.Write("set/readme.txt", [1]);
        Assert.Contains("holds no PNG", Assert.Throws<BadInputException>(() => Open(Options)).Message, StringComparison.Ordinal);
        Numbered("", 0, 1, 2, 3);
        Assert.Equal("train", Assert.Throws<InvalidOptionException>(() => Open(Options with { Train = 4 })).Option);
        Assert.Equal("test", Assert.Throws<InvalidOptionException>(() => Open(Options with { Test = 2 })).Option);
        Assert.Equal("validation", Assert.Throws<InvalidOptionException>(() => Open(Options with { Validation = 3 })).Option);
        Assert.Equal("classes", Assert.Throws<InvalidOptionException>(() => Open(Options with { Classes = ["a", "a"] })).Option);
    }

    [Fact]
    public void Files_that_are_no_images_are_all_named_and_nothing_is_packed()
    {
        Numbered("", 0, 1, 2, 3);
        for (var i = 0; i < 7; i++)
            folder.Write($"set/broken{i}.png", i == 0 ? [] : "text"u8.ToArray());
        var message = Assert.Throws<BadInputException>(() => Open(Options)).Message;
        foreach (var part in new[] { "7 of 11 images", "broken0.png: is empty", "broken4.png", "and 2 more, all in" })
            Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain("broken5", message, StringComparison.Ordinal);
        var list = message.Split("all in ")[1].Split(';')[0];
        Assert.Equal(7, File.ReadAllLines(list).Length);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, ".packed"), "*.pack"));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, ".packed"), "*.tmp"));
        for (var i = 0; i < 7; i++)
            File.Delete(Path.Combine(folder.Path, $"set/broken{i}.png"));
        Open(Options).Dispose();
        Assert.False(File.Exists(list));
    }

    [Fact]
    public void A_second_opening_packs_nothing_until_a_file_changes()
    {
        Numbered("", 0, 1, 2, 3);
        using var first = Open(Options);
        var written = File.GetLastWriteTimeUtc(Pack);
        using (var second = Open(Options with { HorizontalFlip = true }))
            Assert.Equal(first.Checksum, second.Checksum);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Pack));
        folder.Write("set/2.png", ImageBytes.Numbered(7));
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, "set/2.png"), written.AddSeconds(5));
        using var third = Open(Options);
        Assert.NotEqual(first.Checksum, third.Checksum);
        Assert.Contains(7, Numbers(third.Train).Concat(Numbers(third.Test)));
        // Whoever has the former pack mapped keeps it.
        Assert.Contains(2, Numbers(first.Train).Concat(Numbers(first.Test)));
    }

    [Fact]
    public void A_link_is_the_file_that_it_leads_to()
    {
        Numbered("", 0, 1, 2);
        var target = folder.Write("elsewhere/3.png", ImageBytes.Numbered(3));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "set/3.png"), target);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "set/above"), folder.Path);
        using var scope = NewDisposeScope();
        using var first = Open(Options with { TestFraction = 0 });
        Assert.Equal([0, 1, 2, 3], Numbers(first.Train).Order());
        File.WriteAllBytes(target, ImageBytes.Numbered(9));
        File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(Pack).AddSeconds(5));
        using var second = Open(Options with { TestFraction = 0 });
        Assert.Equal([0, 1, 2, 9], Numbers(second.Train).Order());
    }

    [Fact]
    public void An_image_of_a_format_that_is_not_read_is_refused_and_not_left_out()
    {
        Numbered("a/", 0, 1, 2);
        folder.Write("set/a/scan.TIFF", [1]);
        Assert.Contains("set/a/scan.TIFF: .TIFF files are not read", Assert.Throws<BadInputException>(() => Open(Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_or_half_written_pack_is_made_anew()
    {
        Numbered("", 0, 1, 2, 3);
        string checksum;
        using (var dataset = Open(Options))
            checksum = dataset.Checksum;
        var whole = File.ReadAllBytes(Pack);
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var bytes = whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Pack, round % 4 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            using var dataset = Open(Options);
            Assert.Equal(checksum, dataset.Checksum);
            Assert.Equal(whole, File.ReadAllBytes(Pack));
        }
        // What a killed process leaves behind does no harm.
        File.WriteAllBytes(Pack + ".tmp", whole[..50]);
        File.Delete(Pack);
        using (var dataset = Open(Options))
            Assert.Equal(checksum, dataset.Checksum);
        Assert.False(File.Exists(Pack + ".tmp"));
    }

    [Fact]
    public void Of_several_at_once_one_packs()
    {
        Numbered("", [.. Enumerable.Range(0, 40)]);
        var told = new ConcurrentBag<DataProgress>();
        var checksums = new ConcurrentBag<string>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            using var dataset = Open(Options, new Told(told));
            checksums.Add(dataset.Checksum);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(4, checksums.Count);
        Assert.Single(checksums.Distinct());
        Assert.Equal(40, Assert.Single(told, progress => progress.Activity == "packing set").Done);
    }

    private sealed class Told(ConcurrentBag<DataProgress> told) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => told.Add(value);
    }

    [Fact]
    public void A_file_larger_than_memory_is_mapped_and_gathered_from()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("a file is sparse there only when told so");
        var length = 2 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 12288 * 12288;
        var path = folder.Write("sparse", []);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(length);
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(7);
        }
        using var scope = NewDisposeScope();
        var images = ImagePack.Map(path, length).view(-1, 3, 64, 64);
        using var resident = new ResidentSplit(new ImageSplit(images, null) { Mapped = true }, CPU);
        var (batch, _) = resident.Select(tensor(new[] { 0L, images.shape[0] / 2, images.shape[0] - 1 }));
        Assert.Equal([3L, 3, 64, 64], batch.shape);
        Assert.Equal(7, batch.sum().item<long>());
    }

    [Fact]
    public void Opening_and_packing_leave_no_tensor_over()
    {
        Numbered("a/", 0, 1, 2, 3);
        for (var round = 0; round < 2; round++)
        {
            var before = TensorCount.AfterCollection();
            Open(Options with { ClassCount = 1 }).Dispose();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }
}
