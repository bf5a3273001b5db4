using GenBench.Core;
using GenBench.Data.Oracle;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class GaussianFieldTests
{
    private static readonly GaussianFieldOptions Narrow = new() { Deviation = 4, LengthScale = 2, Nugget = 0.1 };

    [Theory]
    [InlineData("squared-exponential", 4, 0.1)]
    [InlineData("exponential", 20, 0.05)]
    [InlineData("exponential", 64, 0.001)]
    public void The_probabilities_of_all_images_of_two_pixels_sum_to_one(string kernel, double deviation, double nugget)
    {
        var law = new GaussianFieldLaw(PixelPairs.Shape, Narrow with { Kernel = kernel, Deviation = deviation, Nugget = nugget });
        Assert.Equal(1, PixelPairs.Probabilities(law).Sum(), 1e-12);
    }

    [Fact]
    public void Images_of_two_pixels_are_drawn_with_their_probabilities()
    {
        const int n = 50_000;
        var law = new GaussianFieldLaw(PixelPairs.Shape, Narrow);
        ChiSquare.AssertFits(PixelPairs.Counts(law, n), [.. PixelPairs.Probabilities(law).Select(probability => n * probability)]);
    }

    [Fact]
    public void A_pixel_given_those_before_it_is_what_the_covariance_says()
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(1, 1, 3);
        var law = new GaussianFieldLaw(shape, Narrow with { Deviation = 16 });
        var s = GaussianFieldLaw.Covariance(shape, Narrow with { Deviation = 16 });
        var (a, b, c) = (s[0], s[1], s[2]); // variance, covariance of neighbours, and of the ends
        byte[] image = [120, 135, 150];
        // The third given two: coefficients (c, b) Σ₂⁻¹ by the inverse of a 2 × 2 matrix.
        var determinant = a * a - b * b;
        var (first, second) = ((c * a - b * b) / determinant, (b * a - c * b) / determinant);
        var (means, variances) = (
            new[] { 127.5, 127.5 + b / a * (120 - 127.5), 127.5 + first * (120 - 127.5) + second * (135 - 127.5) },
            new[] { a, a - b * b / a, a - first * c - second * b });
        var expected = RoundedNormal.LogProbability(
            tensor(Array.ConvertAll(image, pixel => (double)pixel)), tensor(means), tensor(Array.ConvertAll(variances, v => Math.Sqrt(v - 1.0 / 12)))).sum();
        var found = law.LogProbability(tensor(image).reshape(1, 1, 1, 3));
        Assert.Equal(expected.item<double>(), found.item<double>(), 1e-10);
    }

    [Theory]
    [InlineData("squared-exponential")]
    [InlineData("exponential")]
    public void The_images_have_the_mean_and_the_covariance_of_the_field(string kernel)
    {
        const int n = 20_000;
        using var scope = NewDisposeScope();
        var (shape, options) = (new ImageShape(1, 8, 8), new GaussianFieldOptions { Kernel = kernel });
        using var split = new GaussianFieldLaw(shape, options).Images(1, 0, n);
        var pixels = split.Images.flatten(1).to(ScalarType.Float64) - GaussianFieldLaw.Mean;
        var covariance = tensor(GaussianFieldLaw.Covariance(shape, options)).reshape(64, 64);
        var variances = covariance.diagonal();
        Assert.InRange((pixels.mean([0L]) / (variances / n).sqrt()).abs().max().item<double>(), 0, 5);
        // The variance of a sample covariance of normal numbers: (Σ_ii Σ_jj + Σ_ij²)/n.
        var errors = ((variances.outer(variances) + covariance.square()) / n).sqrt();
        Assert.InRange(((pixels.t().mm(pixels) / n - covariance) / errors).abs().max().item<double>(), 0, 5.5);
    }

    [Theory]
    [InlineData("squared-exponential")]
    [InlineData("exponential")]
    public void The_mean_of_the_logarithms_is_the_entropy_of_the_field(string kernel)
    {
        using var scope = NewDisposeScope();
        var law = new GaussianFieldLaw(new ImageShape(1, 16, 16), new GaussianFieldOptions { Kernel = kernel });
        using var split = law.Images(2, 0, 2000);
        var nats = -law.LogProbability(split.Images);
        var error = nats.std().item<double>() / Math.Sqrt(2000);
        Assert.InRange(error, 0.1, 0.4); // ½D squares of normal numbers have a deviation of √128
        Assert.InRange((nats.mean().item<double>() - law.Entropy) / error, -4.5, 4.5);
    }

    [Fact]
    public void Without_correlation_it_is_a_product()
    {
        using var scope = NewDisposeScope();
        var law = new GaussianFieldLaw(new ImageShape(1, 8, 8), new GaussianFieldOptions { Nugget = 1 });
        using var split = law.Images(0, 0, 10);
        var pixels = split.Images.flatten(1).to(ScalarType.Float64);
        var product = RoundedNormal.LogProbability(pixels, tensor(127.5), tensor(Math.Sqrt(32 * 32 - 1.0 / 12))).sum(1);
        Assert.InRange((law.LogProbability(split.Images) - product).abs().max().item<double>(), 0, 1e-9);
    }

    [Fact]
    public void An_image_is_a_function_of_seed_and_index_alone()
    {
        var law = new GaussianFieldLaw(new ImageShape(1, 8, 8), new GaussianFieldOptions());
        using var whole = law.Images(5, 100, 50);
        using var part = law.Images(5, 120, 10);
        using var other = law.Images(6, 120, 10);
        Assert.True(whole.Images[20..30].equal(part.Images).all().item<bool>());
        Assert.False(part.Images.equal(other.Images).all().item<bool>());
    }

    [Fact]
    public void It_opens_as_it_is_described()
    {
        var options = new GaussianFieldOptions { Resolution = 9, Train = 7, Validation = 0, Test = 3 };
        using var dataset = GaussianField.Open(options, "");
        Assert.Equal(GaussianField.Describe(options), dataset.Spec);
        Assert.Equal(new DataSpec(new ImageShape(1, 9, 9), 0), dataset.Spec);
        Assert.Equal([7, 1, 9, 9], dataset.Train.Images.shape);
        Assert.Equal(0, dataset.Validation.Count);
        Assert.Null(dataset.Train.Labels);
        using var logs = dataset.LogProbability!(dataset.Test.Images);
        Assert.Equal([3], logs.shape);
    }

    [Theory]
    [InlineData(33, 32, 0.02, "resolution")]
    [InlineData(16, 100, 0.02, "deviation")]
    [InlineData(16, 8, 0.015, "nugget")]
    public void Options_out_of_range_are_named(int resolution, double deviation, double nugget, string option)
    {
        var error = Assert.Throws<InvalidOptionException>(() => GaussianField.Describe(new() { Resolution = resolution, Deviation = deviation, Nugget = nugget }));
        Assert.Equal(option, error.Option);
    }
}
