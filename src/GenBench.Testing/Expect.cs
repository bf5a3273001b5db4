using static TorchSharp.torch;

namespace GenBench.Testing;

/// <summary>What a check demands.</summary>
internal static class Expect
{
    /// <exception cref="ConformanceException">It does not hold.</exception>
    internal static void That(bool holds, string otherwise)
    {
        if (!holds)
            throw new ConformanceException(otherwise);
    }

    /// <exception cref="ConformanceException">The tensor has another shape.</exception>
    internal static void Shape(string what, Tensor tensor, params long[] expected)
    {
        var (found, wanted) = (string.Join(", ", tensor.shape), string.Join(", ", expected));
        That(found == wanted, $"{what}: the shape is [{found}], not [{wanted}]");
    }
}
