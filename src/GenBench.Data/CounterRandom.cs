using GenBench.Core;

namespace GenBench.Data;

/// <summary>A stream of random numbers that is a function of its key alone, the same on every machine.</summary>
internal struct CounterRandom(ulong key)
{
    private ulong counter;

    /// <summary>64 random bits.</summary>
    internal ulong Bits() => Seeds.Of(key, counter++);

    /// <summary>A multiple of 2⁻⁵³ in [low, high).</summary>
    internal double Uniform(double low, double high) => low + (high - low) * ((Bits() >> 11) * (1.0 / (1L << 53)));

    /// <summary>A standard normal number (Box and Muller 1958), of two uniform ones.</summary>
    internal double Normal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(0, 1)));
        return radius * Math.Cos(2 * Math.PI * Uniform(0, 1));
    }

    /// <summary>An integer in [0, bound), by the high word of a product: biased by less than bound/2⁶⁴.</summary>
    internal int Below(int bound) => (int)Math.BigMul(Bits(), (ulong)bound, out _);
}
