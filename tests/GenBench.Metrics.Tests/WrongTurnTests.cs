using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>Where tools in use go wrong, as far as it concerns figures from features; each of these was seen elsewhere.</summary>
public sealed class WrongTurnTests
{
    /// <summary>A matrix root of Σ₁Σ₂ of singular covariances has imaginary parts of any size, which some raise as an
    /// error, some drop, and some meet by adding ε to the diagonal, which moves the figure.</summary>
    [Fact]
    public void Singular_covariances_give_a_real_distance_without_help()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 20, 64), Draws.Normal(2, 30, 64) * 3);
        using var first = FeatureMoments.Of(x);
        using var second = FeatureMoments.Of(y);
        var (streamed, exact) = (FrechetDistance.Between(first, second), FrechetDistance.Between(x, y));
        Assert.True(double.IsFinite(streamed));
        Assert.Equal(exact, streamed, 1e-6 * exact);
    }

    /// <summary>eigvalsh of the product itself, which is not symmetric, reads one triangle and gives another figure.</summary>
    [Fact]
    public void The_product_of_covariances_is_not_taken_for_symmetric()
    {
        using var scope = NewDisposeScope();
        var (s1, s2) = (tensor(new double[,] { { 2, 1 }, { 1, 2 } }), tensor(new double[,] { { 1, 0 }, { 0, 9 } }));
        // Tr(Σ₁Σ₂)^½ of 2 × 2 matrices is √(Tr Σ₁Σ₂ + 2 √(det Σ₁ det Σ₂)).
        var expected = 4 + 10 - 2 * Math.Sqrt(20 + 2 * Math.Sqrt(3 * 9));
        var mean = zeros(2, ScalarType.Float64);
        Assert.Equal(expected, FrechetDistance.FromStatistics(mean, s1, mean, s2), 1e-12);
        Assert.NotEqual(expected, 14 - 2 * linalg.eigvalsh(s1.mm(s2)).clamp_min(0).sqrt().sum().item<double>(), 1e-3);
    }

    /// <summary>From statistics, the distance of few rows from themselves is off by the root of the rounding error.</summary>
    [Fact]
    public void Fewer_rows_than_features_are_at_no_distance_from_themselves()
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, 100, 512) * 5;
        Assert.Equal(0, FrechetDistance.Between(x, x), 1e-9 * 25 * 512);
    }

    /// <summary>Covariances with divisor n give a lower distance from small samples.</summary>
    [Fact]
    public void The_covariance_divides_by_one_less_than_the_count()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new double[,] { { -1 }, { 1 } });
        Assert.Equal(Math.Pow(Math.Sqrt(2) - Math.Sqrt(8), 2), FrechetDistance.Between(x, 2 * x), 1e-12);
    }

    /// <summary>Subsets of 1000 from fewer rows mean drawing some twice, and a pair of a row with its double is no draw of two.</summary>
    [Fact]
    public void No_kernel_subset_is_larger_than_the_sample()
    {
        using var scope = NewDisposeScope();
        var value = KernelDistance.Between(Draws.Normal(1, 1200, 4), Draws.Normal(2, 999, 4), 0);
        Assert.Equal((1, 1200L, 999L), (value.Subsets, value.ReferenceSize, value.SampleSize));
        Assert.Contains("all rows once", KernelDistance.Measure(Draws.Normal(1, 1200, 4), Draws.Normal(2, 999, 4), 0).Protocol, StringComparison.Ordinal);
    }

    /// <summary>A softmax on top of probabilities flattens them: certain and even predictions would score far below K.</summary>
    [Fact]
    public void No_softmax_is_taken_of_probabilities()
    {
        using var scope = NewDisposeScope();
        var p = eye(10, dtype: ScalarType.Float64).repeat(200, 1);
        Assert.InRange(InceptionScore.FromProbabilities(p, 0).Value, 9.5, 10);
        Assert.InRange(InceptionScore.FromProbabilities(nn.functional.softmax(p, 1), 0).Value, 1, 2);
    }

    /// <summary>One NaN makes a mean NaN, or is dropped from it unseen.</summary>
    [Fact]
    public void A_row_that_is_not_finite_is_refused_by_its_number_everywhere()
    {
        using var scope = NewDisposeScope();
        var (good, bad) = (Draws.Normal(1, 200, 3), Draws.Normal(2, 200, 3));
        bad[11, 2] = double.NaN;
        Action[] calls =
        [
            () => FrechetDistance.Measure(good, bad, 0),
            () => FrechetExtrapolation.Between(good, bad, 0),
            () => KernelDistance.Measure(good, bad, 0),
            () => MaximumMeanDiscrepancy.Measure(good, bad, 0),
            () => SlicedWasserstein.Measure(good, bad, 0),
            () => NeighbourMetrics.Measure(bad, good, 0),
            () => InceptionScore.FromProbabilities(bad, 0),
            () => Memorisation.Measure(good, bad, null),
            () => PairedComparison.Measure(good, bad, good, 0),
            () => PerClass.Measure(good, zeros(200, ScalarType.Int64), bad, zeros(200, ScalarType.Int64), (_, _) => []),
        ];
        Assert.All(calls, call => Assert.Contains(" row 11 holds NaN", Assert.Throws<BadInputException>(call).Message, StringComparison.Ordinal));
    }
}
