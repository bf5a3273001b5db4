using CsCheck;
using GenBench.Core;
using GenBench.Metrics;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

public sealed class FrechetDistanceTests
{
    private static Tensor RandomCovariance(int seed, long d)
    {
        var root = Draws.Normal(seed, d, d);
        return root.mm(root.t()) / d + 0.1 * eye(d, dtype: ScalarType.Float64);
    }

    [Fact]
    public void With_equal_covariances_only_the_means_count()
    {
        using var scope = NewDisposeScope();
        const long d = 2048;
        var (zero, one, identity) = (zeros(d, ScalarType.Float64), ones(d, ScalarType.Float64), eye(d, dtype: ScalarType.Float64));
        Assert.Equal(2048, FrechetDistance.FromStatistics(zero, identity, one, identity), 1e-9 * 2048);
    }

    [Fact]
    public void Commuting_covariances_differ_by_their_standard_deviations_even_where_they_vanish()
    {
        using var scope = NewDisposeScope();
        double[] a = [4, 0, 9, 1, 0], b = [1, 0, 0, 2.25, 16];
        var q = Draws.Orthonormal(2, 40, 5)[..5];
        q = linalg.qr(q).Q;
        var mean = zeros(5, ScalarType.Float64);
        var expected = a.Zip(b, (x, y) => Math.Pow(Math.Sqrt(x) - Math.Sqrt(y), 2)).Sum();
        var distance = FrechetDistance.FromStatistics(mean, (q * tensor(a)).mm(q.t()), mean, (q * tensor(b)).mm(q.t()));
        Assert.Equal(expected, distance, 1e-6);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Statistics_of_full_rank_give_the_trace_of_the_roots_of_the_products_own_eigenvalues(int seed)
    {
        using var scope = NewDisposeScope();
        var (s1, s2) = (RandomCovariance(seed, 32), RandomCovariance(seed + 10, 32));
        var (m1, m2) = (Draws.Normal(seed, 32), Draws.Normal(seed + 1, 32));
        var roots = linalg.eigvals(s1.mm(s2)).real.sqrt().sum();
        var expected = ((m1 - m2).square().sum() + s1.trace() + s2.trace() - 2 * roots).item<double>();
        Assert.Equal(expected, FrechetDistance.FromStatistics(m1, s1, m2, s2), 1e-9 * s1.trace().item<double>());
    }

    [Fact]
    public void The_symmetric_root_and_the_Cholesky_factor_agree()
    {
        using var scope = NewDisposeScope();
        var (s1, s2) = (RandomCovariance(5, 16), RandomCovariance(6, 16));
        var mean = zeros(16, ScalarType.Float64);
        // A seventeenth feature that is constant in both sets adds nothing, but leaves no Cholesky factor.
        var pad = (Tensor s) => nn.functional.pad(s, [0, 1, 0, 1]);
        var wide = zeros(17, ScalarType.Float64);
        Assert.Equal(FrechetDistance.FromStatistics(mean, s1, mean, s2), FrechetDistance.FromStatistics(wide, pad(s1), wide, pad(s2)), 1e-9 * s1.trace().item<double>());
    }

    [Fact]
    public void With_fewer_rows_than_features_the_distance_is_as_exact()
    {
        using var scope = NewDisposeScope();
        // Rows built so that both covariances share the eigenvectors v and have the roots a and b.
        var (h1, h2, v) = (Draws.Orthonormal(1, 20, 6), Draws.Orthonormal(2, 30, 6), Draws.Orthonormal(3, 64, 6));
        double[] a = [1, 2, 3, 1e-3, 5, 0], b = [2, 2, 1, 2e-3, 0, 1];
        var x = Math.Sqrt(19) * (h1 * tensor(a)).mm(v.t());
        var y = Math.Sqrt(29) * (h2 * tensor(b)).mm(v.t()) + 2;
        var expected = 4 * 64 + a.Zip(b, (p, q) => (p - q) * (p - q)).Sum();
        Assert.Equal(expected, FrechetDistance.Between(x, y), 1e-9 * 40);
    }

    /// <summary>From the rows by another way: the eigenvalues of (HX)(HY)ᵀ(HY)(HX)ᵀ, H the rows' contrasts, which are
    /// independent, so that no eigenvalue is 0 and each root is exact.</summary>
    [Fact]
    public void Random_rows_give_the_definition_where_they_are_fewer_than_features() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[3, 12], Gen.Int[3, 12], Gen.Int[25, 50]).Sample((seed, n, m, d) =>
        {
            using var scope = NewDisposeScope();
            static Tensor Contrasts(Tensor rows) => stack([.. Enumerable.Range(1, (int)rows.shape[0] - 1).Select(i =>
                (rows[..i].sum([0L]) - i * rows[i]) / Math.Sqrt(i * (i + 1.0) * (rows.shape[0] - 1)))]);
            var (x, y) = (Draws.Normal(seed, Math.Min(n, m), d), Draws.Exponential(seed + 1, Math.Max(n, m), d) * 2);
            var (a, b) = (Contrasts(x), Contrasts(y));
            var cross = a.mm(b.t());
            var expected = (x.mean([0L]) - y.mean([0L])).square().sum() + a.square().sum() + b.square().sum() - 2 * linalg.eigvalsh(cross.mm(cross.t())).sqrt().sum();
            Assert.Equal(expected.item<double>(), FrechetDistance.Between(x, y), 1e-9 * a.square().sum().item<double>());
        }, iter: 50, threads: 1);

    [Fact]
    public void Random_rows_give_the_definition_at_full_rank() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[1, 12], Gen.Int[3, 5], Gen.Int[3, 5]).Sample((seed, d, n, m) =>
        {
            using var scope = NewDisposeScope();
            var (x, y) = (Draws.Normal(seed, n * d + 1, d), Draws.Exponential(seed + 1, m * d + 1, d) * 2);
            static Tensor Covariance(Tensor rows)
            {
                var centred = rows - rows.mean([0L]);
                return centred.t().mm(centred) / (rows.shape[0] - 1);
            }
            var (s1, s2) = (Covariance(x), Covariance(y));
            var expected = (x.mean([0L]) - y.mean([0L])).square().sum() + s1.trace() + s2.trace() - 2 * linalg.eigvals(s1.mm(s2)).real.sqrt().sum();
            Assert.Equal(expected.item<double>(), FrechetDistance.Between(x, y), 1e-9 * s1.trace().item<double>());
        }, iter: 50, threads: 1);

    [Fact]
    public void Two_lines_that_do_not_commute_have_the_cosine_between_them()
    {
        using var scope = NewDisposeScope();
        var (u, v) = (Draws.Normal(1, 10), Draws.Normal(2, 10));
        var expected = (u.square().sum() + v.square().sum() - 2 * u.dot(v).abs()).item<double>();
        // Two rows ±u/√2 have the covariance uuᵀ with ddof 1.
        Assert.Equal(expected, FrechetDistance.Between(stack([u, -u]) / Math.Sqrt(2), stack([v, -v]) / Math.Sqrt(2)), 1e-9 * 20);
    }

    [Theory]
    [InlineData(50, 128)]
    [InlineData(400, 64)]
    public void A_set_is_at_no_distance_from_itself(long n, long d)
    {
        using var scope = NewDisposeScope();
        var x = Draws.Normal(1, n, d);
        Assert.Equal(0, FrechetDistance.Between(x, x), 1e-9 * d);
    }

    [Fact]
    public void Few_rows_of_one_set_and_many_of_the_other_agree_with_the_statistics()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Draws.Normal(1, 20, 24), Draws.Normal(2, 2000, 24));
        using var first = FeatureMoments.Of(x);
        using var second = FeatureMoments.Of(y);
        // Eigenvalues of the product lose half the digits where Σ₁ is singular: this tolerance is theirs.
        Assert.Equal(FrechetDistance.Between(second, first), FrechetDistance.Between(x, y), 1e-6 * 24);
    }

    [Fact]
    public void It_is_symmetric_and_unmoved_by_shifts_and_rotations() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[2, 12], Gen.Int[3, 30], Gen.Double[-50, 50]).Sample((seed, d, n, shift) =>
        {
            using var scope = NewDisposeScope();
            var (x, y) = (Draws.Normal(seed, n, d), Draws.Normal(seed + 1, 2 * n, d) * 2 + 1);
            var distance = FrechetDistance.Between(x, y);
            var tolerance = 1e-9 * 10 * d;
            Assert.Equal(distance, FrechetDistance.Between(y, x), tolerance + (n > d ? 0 : 1e-9));
            Assert.Equal(distance, FrechetDistance.Between(x + shift, y + shift), 100 * tolerance);
            var rotation = linalg.qr(Draws.Normal(seed + 2, d, d)).Q;
            Assert.Equal(distance, FrechetDistance.Between(x.mm(rotation), y.mm(rotation)), tolerance);
        }, iter: 50, threads: 1);

    [Fact]
    public void Sets_that_do_not_fit_each_other_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<BadInputException>(() => FrechetDistance.Between(Draws.Normal(1, 10, 3), Draws.Normal(2, 10, 4)));
        Assert.Throws<BadInputException>(() => FrechetDistance.Between(Draws.Normal(1, 1, 3), Draws.Normal(2, 10, 3)));
        Assert.Throws<BadInputException>(() => FrechetDistance.FromStatistics(zeros(3), eye(4), zeros(3), eye(3)));
    }
}
