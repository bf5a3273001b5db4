using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Variational;

/// <summary>The law p(x|z) of independent pixels that a decoder ends in. Parameters lie along the channels.</summary>
internal abstract class PixelLikelihood
{
    /// <summary>The encoding of the pixels it is a law of.</summary>
    internal abstract PixelEncoding Encoding { get; }

    /// <summary>Unit in which likelihoods are reported.</summary>
    internal abstract string Unit { get; }

    /// <summary>Parameters of each pixel and channel: the decoder has this many times the image's channels.</summary>
    internal abstract int ParametersPerValue { get; }

    /// <summary>ln p(x|z) in nats, summed over channels and pixels.</summary>
    /// <param name="images">[…, C, H, W] in <see cref="Encoding"/>.</param>
    /// <param name="parameters">[…, C·ParametersPerValue, H, W]; the leading dimensions broadcast.</param>
    internal abstract Tensor LogProbability(Tensor images, Tensor parameters);

    /// <summary>The image at the law's centre, [B, C, H, W].</summary>
    internal abstract Tensor Mean(Tensor parameters);

    /// <summary>A draw from the law by inversion of uniform numbers in [0, 1), [B, C, H, W].</summary>
    internal abstract Tensor Draw(Tensor parameters, Tensor uniform);

    /// <summary>Nats of an image as <see cref="Unit"/>.</summary>
    internal abstract Tensor ToUnit(Tensor nats, int dimensions);

    /// <summary>A location and the logarithm of a scale for each value, the latter held between ±<paramref name="limit"/>.</summary>
    private protected static (Tensor Location, Tensor LogScale) Split(Tensor parameters, double limit)
    {
        var halves = parameters.chunk(2, dim: -3);
        return (halves[0], halves[1].clamp(-limit, limit));
    }
}

/// <summary>Binary pixels with logits l: ln p(x) = x·l − ln(1 + e^l). Training on fresh draws of x/255 is dynamic binarisation.</summary>
internal sealed class BernoulliPixels : PixelLikelihood
{
    internal override PixelEncoding Encoding => PixelEncoding.Binary;

    internal override string Unit => "nats";

    internal override int ParametersPerValue => 1;

    internal override Tensor LogProbability(Tensor images, Tensor parameters) =>
        (images * parameters).sub_(nn.functional.softplus(parameters)).sum([-3, -2, -1]);

    internal override Tensor Mean(Tensor parameters) => parameters.sigmoid();

    internal override Tensor Draw(Tensor parameters, Tensor uniform) => (uniform < parameters.sigmoid()).to(ScalarType.Float32);

    internal override Tensor ToUnit(Tensor nats, int dimensions) => nats;
}

/// <summary>
/// 8-bit pixels under a logistic law with a location μ and a scale s per pixel and channel, rounded to the 256 values;
/// 0 and 255 take the tails (Salimans et al. 2017, eq. 2).
/// </summary>
internal sealed class DiscretisedLogisticPixels : PixelLikelihood
{
    private const double HalfStep = 1 / 255.0; // neighbouring values of the symmetric encoding are 2/255 apart
    private const double Edge = 0.999;         // beyond it lies 0 or 255 alone
    private const double MaxLogScale = 7;      // a pixel that is always the same would drive its scale to 0,
                                               // and at very large scales the width of a value rounds to 0

    internal override PixelEncoding Encoding => PixelEncoding.Symmetric;

    internal override string Unit => "bits/dim";

    internal override int ParametersPerValue => 2;

    /// <summary>
    /// With a and b the standardised upper and lower ends of a value's interval, σ(a) − σ(b) = σ(a)·σ(−b)·(1 − e^(b−a))
    /// exactly, which loses no digits where the difference itself would; at the lower edge only σ(a) is left, at the
    /// upper only σ(−b).
    /// </summary>
    internal override Tensor LogProbability(Tensor images, Tensor parameters)
    {
        var (location, logScale) = Split(parameters, MaxLogScale);
        var inverseScale = (-logScale).exp();
        var centred = images - location;
        var upper = nn.functional.logsigmoid((centred + HalfStep) * inverseScale);
        var lower = nn.functional.logsigmoid((HalfStep - centred) * inverseScale);
        var width = (-(inverseScale * (-2 * HalfStep)).expm1()).log();
        var above = images.gt(-Edge);
        var below = images.lt(Edge);
        return (upper * below + lower * above + width * above.logical_and(below)).sum([-3, -2, -1]);
    }

    internal override Tensor Mean(Tensor parameters) => Split(parameters, MaxLogScale).Location.clamp(-1, 1);

    /// <summary>The draw before rounding: the runner's rounding and clamping to 8 bits makes it one of the discretised law.</summary>
    internal override Tensor Draw(Tensor parameters, Tensor uniform)
    {
        var (location, logScale) = Split(parameters, MaxLogScale);
        // Half a step of the 24-bit uniforms keeps both logarithms finite.
        var logit = uniform.to(ScalarType.Float64).add(1.0 / (1 << 25)).logit().to(ScalarType.Float32);
        return (location + logScale.exp() * logit).clamp(-1, 1);
    }

    internal override Tensor ToUnit(Tensor nats, int dimensions) => nats / (dimensions * Math.Log(2));
}

/// <summary>Reals under a normal law with a mean μ and a deviation σ of each, both learned: −ln p(x) = ½((x − μ)²/σ² + ln σ² + ln 2π).</summary>
internal sealed class NormalValues : PixelLikelihood
{
    private const double MaxLogScale = 7; // far from any point the network may say anything

    internal override PixelEncoding Encoding => PixelEncoding.Symmetric; // which leaves reals as they are

    internal override string Unit => "nats";

    internal override int ParametersPerValue => 2;

    internal override Tensor LogProbability(Tensor images, Tensor parameters)
    {
        var (mean, logDeviation) = Split(parameters, MaxLogScale);
        var standardised = (images - mean) * (-logDeviation).exp();
        return (standardised.square() * -0.5 - logDeviation - 0.5 * Math.Log(2 * Math.PI)).sum([-3, -2, -1]);
    }

    internal override Tensor Mean(Tensor parameters) => Split(parameters, MaxLogScale).Location;

    internal override Tensor Draw(Tensor parameters, Tensor uniform)
    {
        var (mean, logDeviation) = Split(parameters, MaxLogScale);
        // Half a step of the 24-bit uniforms keeps the quantile finite.
        var centred = uniform.to(ScalarType.Float64).add(1.0 / (1 << 25)).mul(2).sub(1);
        return mean + logDeviation.exp() * centred.erfinv().mul(Math.Sqrt(2)).to(ScalarType.Float32);
    }

    internal override Tensor ToUnit(Tensor nats, int dimensions) => nats;
}
