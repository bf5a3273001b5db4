using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

/// <summary>The published files, where they are at hand: GENBENCH_DATA, or a folder named data beside or above the tests.</summary>
public sealed class GenuineDataTests
{
    private static string DataFolder(string name)
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
