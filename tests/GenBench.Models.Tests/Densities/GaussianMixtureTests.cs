using GenBench.Core;
using GenBench.Models.Densities;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Densities;

public sealed class GaussianMixtureTests
{
    /// <summary>Rows of three overlapping clusters in the plane.</summary>
    private static Tensor Rows(int count)
    {
        var which = (rand(count, ScalarType.Float64) * 3).floor();
        var centres = stack([which * 1.5, (which - 1).square() * 2], dim: 1);
        return centres + randn(count, 2, ScalarType.Float64) * tensor(new[] { 0.6, 0.9 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Expectation_maximisation_on_the_same_rows_never_lowers_their_likelihood(long seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(seed);
        var rows = Rows(500);
        using var mixture = new GaussianMixture(3, 2, prior: 0);
        mixture.Start(rows[..3], eye(2, dtype: ScalarType.Float64));
        var likelihoods = new List<double>();
        for (var step = 0; step < 60; step++)
        {
            likelihoods.Add(mixture.LogDensity(rows).mean().item<double>());
            mixture.Step(rows, gamma: 1);
        }
        Assert.All(likelihoods.Zip(likelihoods.Skip(1)), pair => Assert.True(pair.Second >= pair.First - 1e-12, $"{pair.First} to {pair.Second}"));
        Assert.True(likelihoods[^1] > likelihoods[0] + 0.1);
    }

    [Fact]
    public void One_component_is_the_normal_law_of_greatest_likelihood_after_one_step()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(4);
        var rows = Rows(300);
        using var mixture = new GaussianMixture(1, 2, prior: 0);
        mixture.Start(rows[..1], eye(2, dtype: ScalarType.Float64));
        mixture.Step(rows, gamma: 1);
        var centred = rows - rows.mean([0L]);
        var covariance = centred.t().mm(centred) / 300;
        var squares = (centred.mm(linalg.inv(covariance)) * centred).sum(1);
        var expected = squares * -0.5 - 0.5 * linalg.slogdet(covariance).Item2 - Math.Log(2 * Math.PI);
        Assert.InRange((mixture.LogDensity(rows) - expected).abs().max().item<double>(), 0, 1e-10);
    }

    [Fact]
    public void The_density_integrates_to_one()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(5);
        var rows = Rows(500);
        using var mixture = new GaussianMixture(3, 2);
        mixture.Start(rows[..3], eye(2, dtype: ScalarType.Float64));
        for (var step = 0; step < 10; step++)
            mixture.Step(rows, gamma: 0.5);
        var axis = (arange(400, dtype: ScalarType.Float64) + 0.5) * 0.06 - 12;
        var grid = stack([axis.repeat(400), axis.repeat_interleave(400)], dim: 1);
        Assert.Equal(1, mixture.LogDensity(grid).exp().sum().item<double>() * 0.06 * 0.06, 1e-6);
    }

    [Fact]
    public void Draws_are_of_the_law()
    {
        const int n = 40_000;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mixture = new GaussianMixture(2, 2);
        var means = tensor(new[,] { { -2.0, 0 }, { 1, 3 } });
        var covariance = tensor(new[,] { { 1.0, 0.6 }, { 0.6, 2 } });
        mixture.Start(means, covariance);
        var drawn = mixture.Draw(new ImageNoise(1, 0, n, CPU), temperature: 1);
        // Equal weights: the mean of the means, and the covariance with that of the means, 9/4 times ((1, 1), (1, 1)), added.
        Assert.InRange((drawn.mean([0L]) - means.mean([0L])).abs().max().item<double>(), 0, 0.05);
        Assert.InRange((drawn.t().cov() - covariance - 2.25).abs().max().item<double>(), 0, 0.1);
        var coldest = mixture.Draw(new ImageNoise(1, 0, 100, CPU), temperature: 0);
        Assert.InRange((coldest.unsqueeze(1) - means).square().sum(2).amin(1).max().item<double>(), 0, 1e-20);
    }
}
