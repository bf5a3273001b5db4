using static TorchSharp.torch;

namespace GenBench.Tests.Metrics;

/// <summary>Seeded float64 test data.</summary>
internal static class Draws
{
    internal static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, ScalarType.Float64, generator: generator);
    }

    /// <summary>Exponential draws less their mean: variance 1, skewness 2.</summary>
    internal static Tensor Exponential(int seed, params long[] shape)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return rand(shape, ScalarType.Float64, generator: generator).neg_().log1p_().neg_().sub_(1).MoveToOuterDisposeScope();
    }

    /// <summary>Small whole numbers: full of equal points and equal distances.</summary>
    internal static Tensor Lattice(int seed, long high, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randint(high, shape, ScalarType.Float64, generator: generator);
    }

    /// <summary>Orthonormal columns [rows, columns] that sum to 0.</summary>
    internal static Tensor Orthonormal(int seed, long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var raw = Normal(seed, rows, columns);
        return linalg.qr(raw - raw.mean([0L])).Q.MoveToOuterDisposeScope();
    }

    internal static double[][] Rows(Tensor matrix)
    {
        var (n, d) = ((int)matrix.shape[0], (int)matrix.shape[1]);
        var flat = matrix.contiguous().data<double>().ToArray();
        return [.. Enumerable.Range(0, n).Select(i => flat[(i * d)..((i + 1) * d)])];
    }
}
