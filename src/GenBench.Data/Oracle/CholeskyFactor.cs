using System.Numerics;
using System.Runtime.InteropServices;

namespace GenBench.Data.Oracle;

/// <summary>
/// The lower triangular L of Σ = L Lᵀ, column after column. Only operations that IEEE 754 rounds exactly are used, each sum in one order
/// whatever the width of the machine's vectors, so that images drawn by it are the same on every machine.
/// </summary>
internal static class CholeskyFactor
{
    /// <summary>Factors a covariance in place.</summary>
    /// <param name="columns">Σ, column after column: D² numbers, of which those above the diagonal are not read and become 0.</param>
    /// <param name="size">D.</param>
    internal static void Replace(double[] columns, int size)
    {
        for (var j = 0; j < size; j++)
        {
            columns.AsSpan(j * size, j).Clear();
            var column = columns.AsSpan(j * size + j, size - j);
            var pivot = Math.Sqrt(column[0]);
            for (var i = 0; i < column.Length; i++)
                column[i] /= pivot;
            for (var k = j + 1; k < size; k++)
                AddScaled(columns.AsSpan(k * size + k, size - k), -column[k - j], column[(k - j)..]);
        }
    }

    /// <summary>target += factor · source.</summary>
    internal static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        var targets = MemoryMarshal.Cast<double, Vector<double>>(target);
        var sources = MemoryMarshal.Cast<double, Vector<double>>(source);
        for (var i = 0; i < targets.Length; i++)
            targets[i] += sources[i] * factor;
        for (var i = targets.Length * Vector<double>.Count; i < target.Length; i++)
            target[i] += source[i] * factor;
    }
}
