using GenBench.Core;
using GenBench.Data.Oracle;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class MixtureOfTemplatesTests
{
    private static readonly byte[][] Templates = [[3, 250], [9, 128], [12, 130]];
    private static readonly double[] Weights = [0.5, 0.3, 0.2];
    private static readonly TemplateMixtureLaw Pairs = new(PixelPairs.Shape, Templates, Weights, 4, ["a", "b", "c"]);

    [Fact]
    public void The_probabilities_of_all_images_of_two_pixels_sum_to_one() => Assert.Equal(1, PixelPairs.Probabilities(Pairs).Sum(), 1e-12);

    [Fact]
    public void Images_of_two_pixels_are_drawn_with_their_probabilities()
    {
        const int n = 50_000;
        ChiSquare.AssertFits(PixelPairs.Counts(Pairs, n), [.. PixelPairs.Probabilities(Pairs).Select(probability => n * probability)]);
    }

    [Fact]
    public void A_probability_is_the_sum_over_templates_of_the_products_over_pixels()
    {
        using var scope = NewDisposeScope();
        var image = tensor(new[] { 10.0, 127.0 });
        var expected = Enumerable.Range(0, 3).Sum(k => Weights[k] * Math.Exp(RoundedNormal.LogProbability(
            image, tensor(Array.ConvertAll(Templates[k], level => (double)level)), tensor(4.0)).sum().item<double>()));
        var found = Pairs.LogProbability(tensor(new byte[] { 10, 127 }).reshape(1, 1, 1, 2)).item<double>();
        Assert.Equal(Math.Log(expected), found, 1e-12);
    }

    [Fact]
    public void The_classes_come_with_their_weights_and_are_plain_to_see()
    {
        using var scope = NewDisposeScope();
        var options = new MixtureOfTemplatesOptions { Train = 3000, Validation = 0, Test = 1 };
        using var dataset = MixtureOfTemplates.Open(options, "");
        var weights = MixtureOfTemplates.Weights(options);
        Assert.Equal(1, weights.Sum(), 1e-12);
        Assert.Equal(0.8, weights[1] / weights[0], 1e-12);
        var labels = dataset.Train.Labels!;
        var counts = labels.bincount(null, 10).to(ScalarType.Float64).data<double>().ToArray();
        ChiSquare.AssertFits(counts, [.. weights.Select(weight => 3000 * weight)]);
        // Brightness and place of any two templates differ by far more than the noise of 256 pixels.
        var templates = Enumerable.Range(0, 10)
            .Select(k => dataset.Train.Images.index_select(0, labels.eq(k).nonzero().flatten()).to(ScalarType.Float64).mean([0L])).ToArray();
        for (var k = 1; k < 10; k++)
            Assert.All(templates[..k], other => Assert.True((templates[k] - other).square().sum().sqrt().item<double>() > 15 * options.Noise));
    }

    [Fact]
    public void The_label_is_the_template_that_the_law_finds()
    {
        using var scope = NewDisposeScope();
        using var split = Pairs.Images(1, 0, 1000);
        var joint = Pairs.LogJoint(split.Images.flatten(1).to(ScalarType.Float64));
        var first = joint.argmax(1).eq(0); // far from the other two
        Assert.True(first.eq(split.Labels!.eq(0)).all().item<bool>());
    }

    [Fact]
    public void It_opens_as_it_is_described()
    {
        var options = new MixtureOfTemplatesOptions { Resolution = 8, Templates = 12, Train = 7, Validation = 2, Test = 3 };
        using var dataset = MixtureOfTemplates.Open(options, "");
        Assert.Equal(MixtureOfTemplates.Describe(options), dataset.Spec);
        Assert.Equal(new DataSpec(new ImageShape(1, 8, 8), 12), dataset.Spec);
        Assert.Equal(12, dataset.ClassNames.Distinct().Count());
        Assert.Equal([2, 1, 8, 8], dataset.Validation.Images.shape);
        using var logs = dataset.LogProbability!(dataset.Test.Images);
        Assert.Equal([3], logs.shape);
        Assert.Equal("noise", Assert.Throws<InvalidOptionException>(() => MixtureOfTemplates.Describe(options with { Noise = 100 })).Option);
    }
}
