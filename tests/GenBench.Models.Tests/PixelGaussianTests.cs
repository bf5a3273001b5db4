using GenBench.Core;
using GenBench.Models;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class PixelGaussianTests
{
    private static readonly DataSpec Bytes = new(new ImageShape(1, 2, 3), 0);

    /// <summary>Correlated images of six values near 0.</summary>
    private static Tensor Images(int count) => (randn(count, 6).mm(randn(6, 6) * 0.1) + 0.1).reshape(count, 1, 2, 3);

    private static PixelGaussian Fitted(DataSpec data, Tensor images, int batchSize)
    {
        var model = PixelGaussian.Create(new PixelGaussianOptions(), data);
        var objective = Assert.Single(Assert.Single(model.Stages).Objectives);
        Assert.True(objective.ClosedForm);
        foreach (var batch in images.split(batchSize, dim: 0))
            objective.Evaluate(new Batch(batch, null));
        return model;
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(64)]
    public void However_the_images_come_in_batches_it_is_the_law_of_their_mean_and_covariance(int batchSize)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = Images(1000);
        var model = Fitted(Bytes, images, batchSize);
        using var network = model.Network;
        var rows = images.flatten(1).to(ScalarType.Float64);
        var centred = rows - rows.mean([0L]);
        // With the one pseudo-observation of the variance of dequantisation that keeps it positive definite.
        var covariance = (centred.t().mm(centred) + eye(6, dtype: ScalarType.Float64) / (12 * 128 * 128)) / 1001;
        var nats = (centred.mm(linalg.inv(covariance)) * centred).sum(1) * 0.5 + 0.5 * linalg.slogdet(covariance).Item2 + 3 * Math.Log(2 * Math.PI);
        var figure = Assert.Single(model.Likelihood(new Batch(images, null), Request(1000)));
        Assert.Equal(("dequantised", "bits/dim"), (figure.Kind, figure.Unit));
        Assert.InRange((figure.PerImage - (nats / (6 * Math.Log(2)) + 7)).abs().max().item<double>(), 0, 1e-8);
    }

    [Fact]
    public void Reals_have_an_exact_density_in_nats()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var images = Images(100);
        var (bytes, reals) = (Fitted(Bytes, images, 100), Fitted(Bytes with { Values = DataValues.Reals }, images, 100));
        var (bits, nats) = (bytes.Likelihood(new Batch(images, null), Request(100))[0], reals.Likelihood(new Batch(images, null), Request(100))[0]);
        Assert.Equal(("exact", "nats"), (nats.Kind, nats.Unit));
        Assert.InRange(((bits.PerImage - 7) * (6 * Math.Log(2)) - nats.PerImage).abs().max().item<double>(), 0, 1e-10);
    }

    [Fact]
    public void Samples_have_the_moments_of_the_images()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var images = Images(2000);
        var model = Fitted(Bytes, images, 100);
        using var network = model.Network;
        var drawn = model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 40_000, CPU)));
        Assert.Equal([40_000, 1, 2, 3], drawn.shape);
        var (rows, given) = (drawn.flatten(1).to(ScalarType.Float64), images.flatten(1).to(ScalarType.Float64));
        Assert.InRange((rows.mean([0L]) - given.mean([0L])).abs().max().item<double>(), 0, 0.01);
        var expected = given.t().cov();
        Assert.InRange((rows.t().cov() - expected).abs().max().item<double>(), 0, 0.03 * expected.max().item<double>());
    }

    [Fact]
    public void Fewer_images_than_values_still_give_a_density()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var model = Fitted(Bytes, Images(2), 2);
        using var network = model.Network;
        Assert.True(model.Likelihood(new Batch(Images(5), null), Request(5))[0].PerImage.isfinite().all().item<bool>());
    }

    private static LikelihoodRequest Request(int count) => new(new ImageNoise(0, 0, count, CPU));
}
