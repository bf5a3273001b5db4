using static TorchSharp.torch;

namespace GenBench.Metrics;

/// <summary>Pearson's correlation; 0 where one side never varies.</summary>
internal static class Correlation
{
    internal static double Of(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (a - a.mean(), b - b.mean());
        var scale = (x.square().sum() * y.square().sum()).sqrt().item<double>();
        return scale > 0 ? Math.Clamp(x.dot(y).item<double>() / scale, -1, 1) : 0;
    }

    internal static double Of(double[] a, double[] b)
    {
        using var scope = NewDisposeScope();
        return Of(tensor(a), tensor(b));
    }
}
