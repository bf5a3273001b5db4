using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Densities;

/// <summary>
/// Σ_k w_k N(m_k, C_k) in float64, fitted by stepwise expectation–maximisation (Cappé &amp; Moulines 2009): a step's expected statistics
/// enter the running ones with a weight γ, and the parameters are those of greatest likelihood under them. With γ = 1 on the same rows it is
/// the batch algorithm (Dempster, Laird &amp; Rubin 1977), which never lowers their likelihood.
/// </summary>
internal sealed class GaussianMixture : nn.Module
{
    private const int ChoiceStream = 0, NoiseStream = 1; // of the noise in sampling

    private readonly double _prior;
    private readonly Parameter _weights;  // w, [K]
    private readonly Parameter _means;    // m, [K, d]
    private readonly Parameter _factors;  // Cholesky factors of C, [K, d, d]
    private readonly Tensor _mass;        // E r_k, [K]
    private readonly Tensor _sums;        // E r_k x, [K, d]
    private readonly Tensor _scatters;    // E r_k x xᵀ, [K, d, d]

    /// <param name="components">K.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="prior">Weight of the prior covariance beside all rows, which keeps a component that few rows belong to from
    /// collapsing onto them; 0 for none.</param>
    internal GaussianMixture(int components, int dimensions, double prior = 1e-4) : base(nameof(GaussianMixture))
    {
        _prior = prior;
        using (NewDisposeScope())
        {
            _weights = new Parameter(full([components], 1.0 / components, ScalarType.Float64).MoveToOuterDisposeScope());
            _means = new Parameter(zeros(components, dimensions, ScalarType.Float64).MoveToOuterDisposeScope());
            _factors = new Parameter(eye(dimensions, dtype: ScalarType.Float64).repeat(components, 1, 1).MoveToOuterDisposeScope());
            _mass = zeros(components, ScalarType.Float64).MoveToOuterDisposeScope();
            _sums = zeros(components, dimensions, ScalarType.Float64).MoveToOuterDisposeScope();
            _scatters = zeros(components, dimensions, dimensions, ScalarType.Float64).MoveToOuterDisposeScope();
        }
        RegisterComponents();
    }

    /// <summary>Sets equal weights, these means [K, d], and one covariance [d, d]; without gradients.</summary>
    internal void Start(Tensor means, Tensor covariance)
    {
        using var scope = NewDisposeScope();
        var components = means.shape[0];
        _mass.fill_(1.0 / components);
        _sums.copy_(means / components);
        _scatters.copy_((covariance + means.unsqueeze(2) * means.unsqueeze(1)) / components);
        Maximise();
    }

    /// <summary>A step on rows, float64 [B, d], whose statistics enter with the weight γ; without gradients.</summary>
    internal void Step(Tensor rows, double gamma)
    {
        using var scope = NewDisposeScope();
        var joint = LogJoint(rows);
        var responsibilities = (joint - joint.logsumexp(0)).exp();                                 // [K, B]
        var weighted = responsibilities.unsqueeze(2) * rows;                                       // [K, B, d]
        Mix(_mass, responsibilities.mean([1L]));
        Mix(_sums, weighted.mean([1L]));
        Mix(_scatters, weighted.transpose(1, 2).matmul(rows) / rows.shape[0]);
        Maximise();

        void Mix(Tensor running, Tensor present) => running.mul_(1 - gamma).add_(present, alpha: gamma);
    }

    /// <summary>ln p, [B], of rows float64 [B, d].</summary>
    internal Tensor LogDensity(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return LogJoint(rows).logsumexp(0).MoveToOuterDisposeScope();
    }

    /// <summary>A draw for each index of the noise, float64 [B, d]; the temperature scales deviations from a component's mean.</summary>
    internal Tensor Draw(ImageNoise noise, double temperature)
    {
        using var scope = NewDisposeScope();
        var uniform = noise.Uniform(ChoiceStream, 1).to(ScalarType.Float64);                       // [B, 1]
        var chosen = uniform.ge(_weights.cumsum(0)).sum(1).clamp_max(_weights.shape[0] - 1);       // [B]
        var normal = noise.Normal(NoiseStream, _means.shape[1], 1).to(ScalarType.Float64).mul_(temperature);
        var deviations = _factors.index_select(0, chosen).bmm(normal).squeeze(2);
        return (_means.index_select(0, chosen) + deviations).MoveToOuterDisposeScope();
    }

    /// <summary>ln w_k + ln N(x; m_k, C_k), [K, B].</summary>
    private Tensor LogJoint(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var columns = (rows - _means.unsqueeze(1)).transpose(1, 2);                                // [K, d, B]
        return (NormalLaw.LogDensity(columns, _factors) + _weights.log().unsqueeze(1)).MoveToOuterDisposeScope();
    }

    private void Maximise()
    {
        using var scope = NewDisposeScope();
        var mass = _mass.unsqueeze(1);
        var means = _sums / mass;
        var scatters = _scatters - means.unsqueeze(2) * _sums.unsqueeze(1);
        var prior = eye(means.shape[1], dtype: ScalarType.Float64, device: means.device) * (_prior * NormalLaw.PriorVariance);
        _weights.copy_(_mass);
        _means.copy_(means);
        _factors.copy_(linalg.cholesky((scatters + prior) / (mass.unsqueeze(2) + _prior)));
    }
}
