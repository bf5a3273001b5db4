using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Densities;

/// <summary>
/// A density that is fitted in closed form and known exactly: of reals in nats, −ln p(y); of dequantised images, since y = (x + u)/128 − 1, in bits
/// per dimension of the 8-bit data, −log₂ p(y)/D + log₂ 128, whose mean over u is an upper bound on that of the discrete image (Theis
/// et al. 2016, §3.1).
/// </summary>
public abstract class DensityModel : IDirectSampler, ILikelihoodModel
{
    private const double EncodingBits = 7; // log₂ 128

    private readonly DataSpec data;

    /// <param name="data">What it is a density of.</param>
    private protected DensityModel(DataSpec data) => this.data = data;

    /// <inheritdoc/>
    public abstract nn.Module Network { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public PixelEncoding Encoding => PixelEncoding.Dequantised;

    /// <inheritdoc/>
    public abstract long MacsPerEvaluation { get; }

    /// <summary>Images drawn from the density; the temperature scales deviations from means.</summary>
    public Tensor Sample(DirectSampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var shape = data.Shape;
        return Draw(request.Noise, request.Temperature).to(ScalarType.Float32)
            .reshape(request.Noise.Count, shape.Channels, shape.Height, shape.Width).MoveToOuterDisposeScope();
    }

    /// <summary>The exact density of reals; of 8-bit images that of the one draw of u that the batch was encoded with.</summary>
    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        using var noGrad = no_grad();
        var (kind, unit) = data.Values == DataValues.Reals ? ("exact", "nats") : ("dequantised", "bits/dim");
        return [new LikelihoodEstimate(kind, unit, PerImage(Rows(batch.Images)))];
    }

    /// <summary>ln p(y), float64 [B], of rows float64 [B, D].</summary>
    private protected abstract Tensor LogDensity(Tensor rows);

    /// <summary>A draw for each index of the noise, float64 [B, D].</summary>
    private protected abstract Tensor Draw(ImageNoise noise, double temperature);

    /// <summary>Images [B, C, H, W] as float64 [B, D].</summary>
    private protected static Tensor Rows(Tensor images) => images.flatten(1).to(ScalarType.Float64);

    /// <summary>The negative logarithm of the density in the data's unit, float64 [B].</summary>
    private protected Tensor PerImage(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var nats = -LogDensity(rows);
        var values = data.Values == DataValues.Reals ? nats : nats / (data.Shape.Dimensions * Math.Log(2)) + EncodingBits;
        return values.MoveToOuterDisposeScope();
    }
}
