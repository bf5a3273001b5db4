using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Densities;

/// <summary>
/// Mean and covariance of rows that come in batches, in float64, joined by the pairwise update of Chan, Golub &amp; LeVeque (1979). They are
/// part of a network's state, so that a fit that was interrupted goes on to the same bits.
/// </summary>
internal sealed class RunningMoments : nn.Module
{
    private readonly Parameter _mean; // [D]
    private readonly Tensor _count;   // [1]
    private readonly Tensor _m2;      // Σ (x − x̄)(x − x̄)ᵀ, [D, D]

    internal RunningMoments(int dimensions) : base(nameof(RunningMoments))
    {
        _mean = new Parameter(zeros(dimensions, ScalarType.Float64));
        _count = zeros(1, ScalarType.Float64);
        _m2 = zeros(dimensions, dimensions, ScalarType.Float64);
        RegisterComponents();
    }

    /// <summary>x̄, [D].</summary>
    internal Tensor Mean => _mean;

    /// <summary>Takes in rows, float64 [B, D]; without gradients.</summary>
    internal void Add(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var count = rows.shape[0];
        var total = _count + count;
        var mean = rows.mean([0L]);
        var centred = rows - mean;
        var difference = mean - _mean;
        _m2.add_(centred.t().mm(centred)).add_(difference.outer(difference) * (_count / total * count));
        _mean.add_(difference / total * count);
        _count.copy_(total);
    }

    /// <summary>The covariance of greatest likelihood, [D, D], with one pseudo-observation of <see cref="NormalLaw.PriorVariance"/> in every
    /// direction: positive definite, however few the rows.</summary>
    internal Tensor Covariance()
    {
        using var scope = NewDisposeScope();
        var prior = eye(_mean.shape[0], dtype: ScalarType.Float64, device: _m2.device) * NormalLaw.PriorVariance;
        return ((_m2 + prior) / (_count + 1)).MoveToOuterDisposeScope();
    }
}
