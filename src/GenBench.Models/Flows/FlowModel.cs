using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// A density of dequantised images y by a flow to standard normal latents, ln p(y) = ln N(f(y); 0, I) + ln |det ∂f/∂y|,
/// trained by maximum likelihood. In bits per dimension of the 8-bit data it is −log₂ p(y)/D + log₂ 128, since y = (x + u)/128 − 1;
/// its mean over u is an upper bound on that of the discrete image (Theis et al. 2016, §3.1). Of reals it is their own density, exact, in nats.
/// </summary>
public abstract class FlowModel : IDirectSampler, ILikelihoodModel
{
    private const int LatentStream = 0;  // of the noise in sampling
    private const double EncodingBits = 7; // log₂ 128

    private readonly Flow _flow;
    private readonly long _dimensions;
    private readonly DataValues _values;

    /// <param name="flow">From images [B, C, H, W] to latents [B, C·H·W].</param>
    /// <param name="data">The data.</param>
    /// <param name="learningRate">Adam's step size.</param>
    private protected FlowModel(Flow flow, DataSpec data, double learningRate)
    {
        _flow = flow;
        _dimensions = data.Shape.Dimensions;
        _values = data.Values;
        Stages =
        [
            new Stage("flow", new Objective("likelihood", flow, Evaluate) { Optimizer = new() { LearningRate = learningRate } })
            {
                Initialize = Initialize,
            },
        ];
    }

    /// <inheritdoc/>
    public nn.Module Network => _flow;

    /// <inheritdoc/>
    public IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => PixelEncoding.Dequantised;

    /// <inheritdoc/>
    public long MacsPerEvaluation => _flow.Macs;

    /// <summary>Images f⁻¹(z) of latents z ~ N(0, temperature²).</summary>
    public Tensor Sample(DirectSampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var latents = request.Noise.Normal(LatentStream, _dimensions).mul_(request.Temperature);
        return _flow.Inverse(latents).X.MoveToOuterDisposeScope();
    }

    /// <summary>Bits per dimension under the one draw of u that the batch was encoded with; of reals the exact nats.</summary>
    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        using var noGrad = no_grad();
        return [_values == DataValues.Reals
            ? new LikelihoodEstimate("exact", "nats", Nats(batch.Images))
            : new LikelihoodEstimate("dequantised", "bits/dim", BitsPerDim(batch.Images))];
    }

    /// <summary>−log₂ p(y)/D + log₂ 128, [B].</summary>
    internal Tensor BitsPerDim(Tensor images)
    {
        using var scope = NewDisposeScope();
        return (LogDensity(images) * (-1 / (_dimensions * Math.Log(2))) + EncodingBits).MoveToOuterDisposeScope();
    }

    /// <summary>−ln p(x), [B].</summary>
    private Tensor Nats(Tensor images)
    {
        using var scope = NewDisposeScope();
        return LogDensity(images).neg().MoveToOuterDisposeScope();
    }

    /// <summary>ln p of what the flow is given, [B].</summary>
    private Tensor LogDensity(Tensor images)
    {
        var (z, logDet) = _flow.Forward(images);
        var logPrior = z.square().sum(1) * -0.5 - 0.5 * Math.Log(2 * Math.PI) * _dimensions;
        return logPrior + logDet;
    }

    /// <summary>The mean of the bits per dimension, or of the nats, so that neither learning rates nor gradient norms depend on D.</summary>
    private Loss Evaluate(Batch batch)
    {
        using var scope = NewDisposeScope();
        var perDimension = _values == DataValues.Reals ? Nats(batch.Images) / _dimensions : BitsPerDim(batch.Images);
        return new Loss(perDimension.mean().MoveToOuterDisposeScope());
    }

    private void Initialize(Batch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _flow.Initialize(batch.Images);
    }
}
