using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

/// <summary>The published files, where they are at hand: GENBENCH_DATA, or a folder named data beside or above the tests.</summary>
public sealed class GenuineDataTests
{
    internal static string DataFolder(string name)
    {
        var folders = new List<string?> { Environment.GetEnvironmentVariable("GENBENCH_DATA") };
        for (var ancestor = new DirectoryInfo(AppContext.BaseDirectory); ancestor is not null; ancestor = ancestor.Parent)
            folders.Add(Path.Combine(ancestor.FullName, "data"));
        var found = folders.FirstOrDefault(folder => folder is { Length: > 0 } && Directory.Exists(Path.Combine(folder, name)));
        if (found is null)
            Assert.Skip($"no {name} at hand: set GENBENCH_DATA to a folder that holds {name}/");
        return found;
    }

    [Fact]
    public void Mnist_opens_with_the_known_counts_and_mean()
    {
        using var scope = NewDisposeScope();
        using var dataset = Mnist.Open(new(), DataFolder(Mnist.Name));
        Assert.Equal([55_000L, 1, 28, 28], dataset.Train.Images.shape);
        Assert.Equal([5_000, 10_000], new[] { dataset.Validation.Count, dataset.Test.Count });
        // Widely known: mean .1307, deviation .3081 over the 60,000.
        var pixels = cat([dataset.Train.Images, dataset.Validation.Images]).to(ScalarType.Float32).div_(255);
        Assert.Equal(0.1307, pixels.mean().item<float>(), 4);
        Assert.Equal(0.3081, pixels.std().item<float>(), 4);
        Assert.Equal([5L, 0, 4, 1, 9], dataset.Train.Labels![..5].data<long>().ToArray());
        Assert.Equal([980L, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], dataset.Test.Labels!.bincount(null).data<long>().ToArray());
    }

    [Fact]
    public void Every_pixel_is_that_of_the_published_file()
    {
        using var scope = NewDisposeScope();
        using var dataset = Mnist.Open(new() { Validation = 1_000 }, DataFolder(Mnist.Name));
        byte[] train = [0, 0, 8, 3, 0, 0, 234, 96, 0, 0, 0, 28, 0, 0, 0, 28, .. dataset.Train.Images.bytes, .. dataset.Validation.Images.bytes];
        Assert.Equal("6bbc9ace898e44ae57da46a324031adb", IdxBytes.Md5(train));
        byte[] test = [0, 0, 8, 3, 0, 0, 39, 16, 0, 0, 0, 28, 0, 0, 0, 28, .. dataset.Test.Images.bytes];
        Assert.Equal("2646ac647ad5339dbf082846283269ea", IdxBytes.Md5(test));
    }

    [Fact]
    public void Every_pixel_of_the_partial_cifar_is_that_of_its_file()
    {
        using var scope = NewDisposeScope();
        var folder = DataFolder(Cifar10Partial.Name);
        using var dataset = Cifar10Partial.Open(new() { Validation = 0 }, folder);
        foreach (var (split, file) in new[] { (dataset.Train, "train.bin"), (dataset.Test, "test.bin") })
        {
            var labels = split.Labels!.data<long>().ToArray();
            byte[] records = [.. split.Images.bytes.ToArray().Chunk(3072).Zip(labels, (pixels, label) => pixels.Prepend((byte)label)).SelectMany(record => record)];
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, Cifar10Partial.Name, file)), records);
        }
        Assert.StartsWith($"part of CIFAR-10: {dataset.Train.Count} of 50000 training", dataset.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void The_checksums_of_default_options_are_frozen()
    {
        // As written before resizing, classes and colours became options: they are in the keys of finished cells.
        using var mnist = Mnist.Open(new(), DataFolder(Mnist.Name));
        Assert.Equal("6e62cd9117b419842b750076376f6f07fd6c2eac88e8ab157ff2d21c80440c0b", mnist.Checksum);
    }

    [Fact]
    public void Fashion_mnist_opens_with_the_known_counts_and_mean()
    {
        using var scope = NewDisposeScope();
        using var dataset = FashionMnist.Open(new() { Resolution = 32, Validation = 0 }, DataFolder(FashionMnist.Name));
        Assert.Equal([60_000L, 1, 32, 32], dataset.Train.Images.shape);
        Assert.Equal(0.2860, dataset.Train.Images[.., .., 2..30, 2..30].to(ScalarType.Float32).div_(255).mean().item<float>(), 4);
        Assert.True(dataset.Train.Labels!.bincount(null).eq(6_000).all().item<bool>());
        Assert.True(dataset.Test.Labels!.bincount(null).eq(1_000).all().item<bool>());
        Assert.Equal(10, dataset.ClassNames.Count);
    }
}
