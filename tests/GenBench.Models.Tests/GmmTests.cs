using GenBench.Core;
using GenBench.Models;
using static TorchSharp.torch;

namespace GenBench.Tests.Models;

public sealed class GmmTests
{
    private static readonly DataSpec Data = new(new ImageShape(6, 1, 1), 0) { Values = DataValues.Reals };
    private static readonly GmmOptions Options = new() { Components = 2, Dimensions = 2 };

    /// <summary>A law that the model's family has: two normal modes in a plane of six dimensions, weights 0.3 and 0.7, and noise outside the plane.</summary>
    private sealed record Plane(Tensor Rotation)
    {
        private const double Noise = 0.1;

        internal static Plane Draw() => new(linalg.qr(randn(6, 6, ScalarType.Float64)).Q);

        internal Tensor Images(int count)
        {
            var second = rand(count, 1, ScalarType.Float64).lt(0.7).to(ScalarType.Float64);
            var inside = randn(count, 2, ScalarType.Float64) * tensor(new[] { 0.5, 0.8 }) + second * tensor(new[] { 4.0, 1.0 });
            var rows = cat([inside, randn(count, 4, ScalarType.Float64) * Noise], dim: 1);
            return rows.mm(Rotation.t()).to(ScalarType.Float32).reshape(count, 6, 1, 1);
        }

        internal Tensor LogDensity(Tensor images)
        {
            var rows = images.flatten(1).to(ScalarType.Float64).mm(Rotation);
            Tensor Mode(double x, double y, double weight) =>
                ((rows.select(1, 0) - x) / 0.5).square() * -0.5 + ((rows.select(1, 1) - y) / 0.8).square() * -0.5 + Math.Log(weight / (0.5 * 0.8));
            var inside = stack([Mode(0, 0, 0.3), Mode(4, 1, 0.7)], dim: 1).logsumexp(1);
            var outside = (rows.narrow(1, 2, 4) / Noise).square().sum(1) * -0.5 - 4 * Math.Log(Noise);
            return inside + outside - 3 * Math.Log(2 * Math.PI);
        }
    }

    private static Gmm Fitted(Func<Tensor> images, int steps = 200)
    {
        var model = Gmm.Create(Options, Data);
        foreach (var stage in model.Stages)
        {
            using (NewDisposeScope())
                stage.Initialize?.Invoke(new Batch(images(), null));
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                Assert.Single(stage.Objectives).Evaluate(new Batch(images(), null) { Step = step });
            }
        }
        return model;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void On_a_law_of_its_family_its_likelihood_is_the_truth_within_sampling_error(long seed)
    {
        const int n = 4000;
        using var scope = NewDisposeScope();
        manual_seed(seed);
        var law = Plane.Draw();
        var model = Fitted(() => law.Images(200));
        using var network = model.Network;
        var fresh = law.Images(n);
        var figure = Assert.Single(model.Likelihood(new Batch(fresh, null), new LikelihoodRequest(new ImageNoise(0, 0, n, CPU))));
        Assert.Equal(("exact", "nats"), (figure.Kind, figure.Unit));
        var gap = figure.PerImage + law.LogDensity(fresh);
        var (mean, error) = (gap.mean().item<double>(), gap.std().item<double>() / Math.Sqrt(n));
        // The relative entropy of the truth to it is not negative, and near half its parameters over the images that it was fitted to; the
        // mean of the truth itself has a standard error of 0.03.
        Assert.InRange(mean, -4 * error, 0.02 + 4 * error);
    }

    [Fact]
    public void Samples_have_the_moments_of_the_images_outside_the_subspace_too()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var law = Plane.Draw();
        var model = Fitted(() => law.Images(200));
        using var network = model.Network;
        var drawn = model.Sample(new DirectSampleRequest(new ImageNoise(1, 0, 40_000, CPU)));
        Assert.Equal([40_000, 6, 1, 1], drawn.shape);
        var (rows, given) = (drawn.flatten(1).to(ScalarType.Float64).mm(law.Rotation), law.Images(40_000).flatten(1).to(ScalarType.Float64).mm(law.Rotation));
        Assert.InRange((rows.mean([0L]) - given.mean([0L])).abs().max().item<double>(), 0, 0.15);
        Assert.InRange((rows.std(0L) / given.std(0L) - 1).abs().max().item<double>(), 0, 0.05);
    }

    [Fact]
    public void More_components_and_dimensions_than_there_are_images_and_values_do_no_harm()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var model = Gmm.Create(new GmmOptions { Components = 9, Dimensions = 32 }, Data);
        using var network = model.Network;
        var images = randn(4, 6, 1, 1);
        foreach (var stage in model.Stages)
        {
            stage.Initialize?.Invoke(new Batch(images, null));
            for (var step = 0; step < 20; step++)
                stage.Objectives[0].Evaluate(new Batch(images, null) { Step = step });
        }
        Assert.True(model.Likelihood(new Batch(randn(3, 6, 1, 1), null), new LikelihoodRequest(new ImageNoise(0, 0, 3, CPU)))[0].PerImage.isfinite().all().item<bool>());
        Assert.True(model.Sample(new DirectSampleRequest(new ImageNoise(0, 0, 3, CPU))).isfinite().all().item<bool>());
    }

    [Fact]
    public void Parameters_number_as_computed_by_hand()
    {
        using var network = Gmm.Create(new GmmOptions { Components = 3, Dimensions = 2 }, Data).Network;
        // The mean, the basis, the variance outside; weights, means and factors of the components.
        Assert.Equal(6 + 6 * 2 + 1 + (3 + 3 * 2 + 3 * 4), network.parameters().Sum(parameter => parameter.numel()));
    }
}
