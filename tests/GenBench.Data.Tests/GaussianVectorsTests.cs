using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class GaussianVectorsTests
{
    [Fact]
    public void Values_have_the_mean_and_variance_that_they_are_said_to_have_and_no_correlation()
    {
        const int n = 2000;
        using var scope = NewDisposeScope();
        using var dataset = GaussianVectors.Open(new() { Train = n, Validation = 0, Test = 10 }, "");
        var values = dataset.Train.Images.flatten(1).to(ScalarType.Float64);
        var count = n * 64;
        Assert.InRange(values.mean().item<double>() - 128, -5 * 16 / Math.Sqrt(count), 5 * 16 / Math.Sqrt(count));
        Assert.InRange((values - 128).square().mean().item<double>() - 256, -5 * 256 * Math.Sqrt(2.0 / count), 5 * 256 * Math.Sqrt(2.0 / count));
        Assert.InRange((values - 128).pow(3).mean().item<double>() / (16 * 16 * 16), -5 * Math.Sqrt(15.0 / count), 5 * Math.Sqrt(15.0 / count));
        Assert.InRange((corrcoef(values.t()) - eye(64, dtype: ScalarType.Float64)).abs().max().item<double>(), 0, 6 / Math.Sqrt(n));
        Assert.Equal(new IndependentValues(128, 256), dataset.Law!.Values);
    }

    [Fact]
    public void An_image_is_a_function_of_seed_and_index_alone_and_fresh_ones_are_in_no_split()
    {
        using var scope = NewDisposeScope();
        using var small = GaussianVectors.Open(new() { Train = 30, Validation = 10, Test = 20, Seed = 4 }, "");
        using var large = GaussianVectors.Open(new() { Train = 60, Validation = 20, Test = 30, Seed = 4 }, "");
        Assert.True(small.Train.Images.equal(large.Train.Images[..30]).all().item<bool>());
        Assert.True(small.Test.Images.equal(large.Test.Images[..20]).all().item<bool>());
        using var fresh = large.Law!.Draw([0, 1, 2, DataLaw.Numbers - 1]);
        using var again = large.Law.Draw([2]);
        Assert.True(fresh.Images[2..3].equal(again.Images).all().item<bool>());
        var all = cat([large.Train.Images, large.Validation.Images, large.Test.Images, fresh.Images]).to(ScalarType.Int32);
        Assert.Equal(114, all.flatten(1).unique(dim: 0).output.shape[0]);
        Assert.NotEqual(small.Checksum, large.Checksum);
    }

    [Fact]
    public void The_description_fits_what_is_opened()
    {
        var options = new GaussianVectorsOptions { Side = 3, Train = 2, Validation = 0, Test = 1 };
        using var dataset = GaussianVectors.Open(options, "");
        Assert.Equal(GaussianVectors.Describe(options), dataset.Spec);
        Assert.Equal([2, 1, 3, 3], dataset.Train.Images.shape);
        Assert.Null(dataset.Train.Labels);
        Assert.Equal("side", Assert.Throws<InvalidOptionException>(() => GaussianVectors.Describe(new() { Side = 33 })).Option);
    }
}
