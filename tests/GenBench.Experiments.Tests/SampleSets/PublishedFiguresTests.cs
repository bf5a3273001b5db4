using GenBench.Core;
using GenBench.Experiments;
using GenBench.Metrics;
using GenBench.Metrics.Extractors;
using static TorchSharp.torch;

namespace GenBench.Tests.SampleSets;

/// <summary>
/// What others published of CIFAR-10 on the genuine Inception, whose file cannot be part of the suite. Hours on a processor: with both
/// at hand, run them by <c>-- --explicit only</c>.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PublishedFiguresTests
{
    private static (Dataset Cifar, TorchScriptExtractor Inception) Open()
    {
        var data = Environment.GetEnvironmentVariable("GENBENCH_DATA") ?? "data";
        var file = Path.Combine(data, "inception", InceptionFile.FileName);
        Assert.SkipUnless(File.Exists(file), $"{InceptionFile.FileName} is not at hand: put it into inception/ of the folder that GENBENCH_DATA names");
        try
        {
            return (Registry.BuiltIn.OpenDataset(Registry.BuiltIn.ChooseDataset("cifar10", []), data), TorchScriptExtractor.Load(file));
        }
        catch (BadInputException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }

    /// <summary>11.23678 ± 0.09514 over ten splits: their order is another here, and the mean strays by 0.0951/√10.</summary>
    [Fact(Explicit = true)]
    public void The_inception_score_of_the_training_set()
    {
        using var scope = NewDisposeScope();
        var (cifar, inception) = Open();
        using (cifar)
        using (inception)
        {
            var images = cat([cifar.Train.Images, cifar.Validation.Images]);
            var score = InceptionScore.FromProbabilities(inception.Probabilities(images, TestContext.Current.CancellationToken), 0);
            Assert.Equal(50_000, score.N);
            Assert.Equal(11.23678, score.Value, 0.09514);
        }
    }

    /// <summary>5000 training images against 5000 test images; which ones is not known, so that each figure must be in its own interval's reach.</summary>
    [Fact(Explicit = true)]
    public void Five_thousand_training_images_against_as_many_of_the_test_set()
    {
        using var scope = NewDisposeScope();
        var (cifar, inception) = Open();
        using (cifar)
        using (inception)
        {
            var stop = TestContext.Current.CancellationToken;
            var (x, y) = (inception.Features(cifar.Train.Images[..5000], stop), inception.Features(cifar.Test.Images[..5000], stop));
            var neighbours = NeighbourMetrics.Measure(x, y, 0, stop);
            MetricValue[] figures = [FrechetDistance.Measure(x, y, 0, stop), KernelDistance.Measure(x, y, 0, stop), neighbours[0], neighbours[1]];
            Assert.All(figures.Zip((double[])[10.3233, -2.9e-5, .6852, .6908]), pair =>
                Assert.InRange(pair.Second, pair.First.Low!.Value, pair.First.High!.Value));
        }
    }
}
