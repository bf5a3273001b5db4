using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Oracle;

/// <summary>A normal law rounded to the nearest of 0…255, of which the outer two take the tails.</summary>
internal static class RoundedNormal
{
    /// <summary>ln p(x) in nats, float64; the arguments broadcast.</summary>
    /// <param name="x">Whole numbers 0…255, float64.</param>
    /// <param name="mean">Mean before rounding, float64.</param>
    /// <param name="deviation">Standard deviation before rounding, float64.</param>
    internal static Tensor LogProbability(Tensor x, Tensor mean, Tensor deviation)
    {
        using var scope = NewDisposeScope();
        var centred = x - mean;
        var low = (centred - 0.5).div(deviation).masked_fill(x.lt(0.5), double.NegativeInfinity);
        var high = (centred + 0.5).div(deviation).masked_fill(x.gt(254.5), double.PositiveInfinity);
        return NormalInterval.LogMass(low, high).MoveToOuterDisposeScope();
    }

    /// <summary>A draw of it.</summary>
    internal static byte Draw(ref CounterRandom random, double mean, double deviation) =>
        (byte)Math.Clamp(Math.Round(mean + deviation * random.Normal()), 0, 255);
}
