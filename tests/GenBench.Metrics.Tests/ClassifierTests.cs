using System.Globalization;
using GenBench.Core;
using GenBench.Metrics.Classifier;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class ClassifierTests
{
    private static readonly ImageShape Small = new(1, 12, 12);

    /// <summary>Noise with a bright square in one of four corners: the class.</summary>
    private static ImageSplit Corners(int seed, int n)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var images = randint(100, [n, 1, 12, 12], generator: generator);
        var labels = arange(n).remainder(4);
        for (var i = 0; i < n; i++)
            images[i, 0].narrow(0, i / 2 % 2 * 6, 6).narrow(1, i % 2 * 6, 6).add_(120);
        return new ImageSplit(images.to(ScalarType.Byte).DetachFromDisposeScope(), labels.DetachFromDisposeScope());
    }

    private static Dataset CornersData() =>
        new("corners", new DataSpec(Small, 4), Corners(1, 256), Corners(2, 64), Corners(3, 100), ["a", "b", "c", "d"], "abc");

    private static byte[] Trained(Dataset data)
    {
        using var file = new MemoryStream();
        ClassifierTraining.TrainAndSave(data, 3, file, recipe: new ClassifierRecipe { Steps = 40, BatchSize = 32 });
        return file.ToArray();
    }

    [Fact]
    public void The_parameters_are_as_many_as_a_hand_count_says()
    {
        using var network = new ClassifierNetwork(new ImageShape(1, 28, 28), 10);
        const long convolutions = 25 * 32 + 9 * 32 * 64 + 9 * 64 * 96, norms = 2 * (32 + 64 + 96), dense = 864 * 128 + 128 + 128 * 10 + 10;
        Assert.Equal(convolutions + norms + dense, network.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void Training_learns_says_how_well_and_repeats_to_the_bit()
    {
        using var data = CornersData();
        // TorchSharp keeps a handle of each parameter that a module is made with, even once the module is disposed.
        var before = TensorCount.AfterCollection();
        new ClassifierNetwork(Small, 4).Dispose();
        var kept = Tensor.TotalCount - before;
        var file = Trained(data);
        Assert.Equal(before + 2 * kept, Tensor.TotalCount);
        Assert.Equal(file, Trained(data));
        using var extractor = ClassifierExtractor.Load(new MemoryStream(file));
        using (var probabilities = extractor.Probabilities(data.Test.Images))
        {
            var accuracy = probabilities.argmax(1).eq(data.Test.Labels!).to(ScalarType.Float64).mean().item<double>();
            Assert.True(accuracy > 0.95);
            Assert.Equal(accuracy, double.Parse(extractor.Metadata["test_accuracy"], CultureInfo.InvariantCulture), 1e-4);
            Assert.Equal(("corners", "abc", "1x12x12"), (extractor.Metadata["dataset"], extractor.Metadata["dataset_sha256"], extractor.Metadata["shape"]));
        }
    }

    [Fact]
    public void Features_do_not_depend_on_the_batch_and_the_checksum_is_the_files()
    {
        using var data = CornersData();
        var file = Trained(data);
        using var extractor = ClassifierExtractor.Load(new MemoryStream(file));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)), extractor.Checksum);
        var before = TensorCount.AfterCollection();
        using (NewDisposeScope())
        {
            var whole = extractor.Features(data.Train.Images);
            Assert.Equal([256L, 128L], whole.shape);
            Assert.Equal(ScalarType.Float64, whole.dtype);
            var parts = cat([.. new[] { (0, 1), (1, 130), (131, 125) }.Select(part => extractor.Features(data.Train.Images.narrow(0, part.Item1, part.Item2)))]);
            // Float32 sums taken in another order differ in the last bits; the features themselves are of order 1.
            Assert.InRange((whole - parts).abs().max().item<double>(), 0, 1e-5);
            Assert.True(whole.std().item<double>() > 0.05);
            // The same pixels with their channel last in memory: another kernel would do for the network, and must not.
            var channelLast = data.Train.Images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            Assert.Equal(0, (whole - extractor.Features(channelLast)).abs().max().item<double>());
            var probabilities = extractor.Probabilities(data.Train.Images);
            Assert.Equal([256L, 4L], probabilities.shape);
            Assert.InRange((probabilities.sum(1) - 1).abs().max().item<double>(), 0, 1e-12);
            var both = extractor.FeaturesAndProbabilities(data.Train.Images);
            Assert.Equal(0, (whole - both.Features).abs().max().item<double>());
            Assert.Equal(0, (probabilities - both.Probabilities).abs().max().item<double>());
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void What_it_cannot_use_is_refused()
    {
        using var scope = NewDisposeScope();
        using var data = CornersData();
        using var extractor = ClassifierExtractor.Load(new MemoryStream(Trained(data)));
        Assert.Contains("1x12x12", Assert.Throws<BadInputException>(() => extractor.Features(zeros([2, 1, 28, 28], ScalarType.Byte))).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => extractor.Features(zeros([2, 1, 12, 12])));
        Assert.Throws<BadInputException>(() => new ClassifierNetwork(new ImageShape(1, 8, 8), 10));
        Assert.Throws<BadInputException>(() => ClassifierTraining.Train(data.Train with { Labels = null }, data.Test, 4, 0, new ClassifierRecipe()));
        using var other = new MemoryStream();
        Safetensors.Write(other, new Dictionary<string, Tensor> { ["x"] = zeros(3) });
        other.Position = 0;
        Assert.Throws<InvalidDataException>(() => ClassifierExtractor.Load(other));
    }

    [Fact]
    public void Unknown_data_have_no_frozen_classifier() => Assert.Null(FrozenClassifiers.Find("mnist", new ImageShape(3, 64, 64)));

    [Theory]
    [InlineData("mnist", 28, 0.992)]
    [InlineData("shapes", 16, 0.95)]
    public void The_frozen_weights_load_and_state_an_accuracy_that_is_good_enough(string dataset, int side, double least)
    {
        using var extractor = FrozenClassifiers.Find(dataset, new ImageShape(1, side, side));
        Assert.NotNull(extractor);
        Assert.Equal(dataset, extractor.Metadata["dataset"]);
        Assert.Equal(64, extractor.Metadata["dataset_sha256"].Length);
        Assert.True(double.Parse(extractor.Metadata["test_accuracy"], CultureInfo.InvariantCulture) >= least);
        Assert.Contains(FrozenClassifiers.FileName(dataset, extractor.Shape), FrozenClassifiers.List());
    }
}
