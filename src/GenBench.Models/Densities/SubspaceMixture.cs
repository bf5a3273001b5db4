using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Densities;

/// <summary>
/// A mixture of normal laws over the first principal components z = Wᵀ(y − μ), and an isotropic normal law of the remainder outside them, as in
/// probabilistic PCA (Tipping &amp; Bishop 1999). W is orthonormal, so the density of the whole is p(z) · N(y − μ − Wz; 0, s² I) over the D − d directions outside.
/// </summary>
internal sealed class SubspaceMixture : nn.Module
{
    private const ulong MixtureNoise = 1;
    private const int RemainderStream = 0; // of the noise in sampling
    private const double Jitter = 0.01;    // of the first means, in deviations: keeps apart those that began at one row

    private readonly int _outside;         // D − d
    private readonly RunningMoments _moments;
    private readonly Parameter _basis;     // W, [D, d]
    private readonly Parameter _remainder; // s², [1]
    private readonly GaussianMixture _mixture;
    private readonly int _components;

    internal SubspaceMixture(int components, int inside, int dimensions) : base(nameof(SubspaceMixture))
    {
        _components = components;
        _outside = dimensions - inside;
        _moments = new RunningMoments(dimensions);
        _basis = new Parameter(eye(dimensions, inside, ScalarType.Float64));
        _remainder = new Parameter(ones(1, ScalarType.Float64));
        _mixture = new GaussianMixture(components, inside);
        RegisterComponents();
    }

    /// <summary>The moments of all rows, of which μ is the mean.</summary>
    internal RunningMoments Moments => _moments;

    /// <summary>Sets W and s² from the moments, and the mixture's first means to rows of the batch that lie apart; without gradients.</summary>
    /// <param name="rows">float64 [B, D].</param>
    internal void Start(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var (variances, directions) = linalg.eigh(_moments.Covariance()); // in ascending order
        var inside = _basis.shape[1];
        var kept = variances.narrow(0, _outside, inside);
        _basis.copy_(directions.narrow(1, _outside, inside));
        if (_outside > 0)
            _remainder.copy_(variances.narrow(0, 0, _outside).mean().reshape(1));
        var means = Apart(Inside(rows), _components);
        _mixture.Start(means + randn_like(means) * kept.sqrt() * Jitter, kept.diag());
    }

    /// <summary>A step of expectation–maximisation of the mixture; without gradients.</summary>
    internal void Step(Tensor rows, double gamma)
    {
        using var scope = NewDisposeScope();
        _mixture.Step(Inside(rows), gamma);
    }

    /// <summary>ln p, [B], of rows float64 [B, D].</summary>
    internal Tensor LogDensity(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var inside = Inside(rows);
        var remainder = rows - _moments.Mean - inside.mm(_basis.t());
        var logRemainder = remainder.square().sum(1) / _remainder * -0.5 - (_remainder.log() + Math.Log(2 * Math.PI)) * (0.5 * _outside);
        return (_mixture.LogDensity(inside) + logRemainder).MoveToOuterDisposeScope();
    }

    /// <summary>A draw for each index of the noise, float64 [B, D].</summary>
    internal Tensor Draw(ImageNoise noise, double temperature)
    {
        using var scope = NewDisposeScope();
        var inside = _mixture.Draw(noise.Fork(MixtureNoise), temperature);
        var normal = noise.Normal(RemainderStream, _basis.shape[0]).to(ScalarType.Float64);
        var remainder = (normal - normal.mm(_basis).mm(_basis.t())) * _remainder.sqrt() * temperature;
        return (_moments.Mean + inside.mm(_basis.t()) + remainder).MoveToOuterDisposeScope();
    }

    /// <summary>z, [B, d].</summary>
    private Tensor Inside(Tensor rows) => (rows - _moments.Mean).mm(_basis);

    /// <summary>Rows that lie apart, [count, d]: after the first each is the farthest from those before it (Gonzalez 1985). Where there are
    /// fewer rows than are asked for, some come again.</summary>
    private static Tensor Apart(Tensor rows, int count)
    {
        var chosen = new List<Tensor> { rows.narrow(0, 0, 1) };
        var distances = SquaredDistances(rows, chosen[0]);
        while (chosen.Count < count)
        {
            chosen.Add(rows.index_select(0, distances.argmax().reshape(1)));
            distances = distances.minimum(SquaredDistances(rows, chosen[^1]));
        }
        return cat(chosen);
    }

    private static Tensor SquaredDistances(Tensor rows, Tensor row) => (rows - row).square().sum(1);
}
