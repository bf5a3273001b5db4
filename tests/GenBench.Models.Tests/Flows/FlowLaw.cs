using GenBench.Models.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Flows;

/// <summary>What every flow has to obey, checked on perturbed weights: many layers start as their own inverse.</summary>
internal static class FlowLaw
{
    /// <summary>Adds normal noise to every parameter.</summary>
    internal static void Perturb(nn.Module module, double deviation = 0.1)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in module.parameters())
            parameter.add_(randn_like(parameter) * deviation);
    }

    /// <summary>In float64: the inverse undoes the map, the log-determinants cancel, and they are those of autograd's Jacobian.</summary>
    /// <param name="create">Makes the flow.</param>
    /// <param name="x">float64 [B, …].</param>
    /// <param name="keepsVolume">Whether the log-determinant is 0 for any weights, or for none.</param>
    internal static void Check(Func<Flow> create, Tensor x, bool keepsVolume = false)
    {
        manual_seed(5);
        using var flow = create();
        flow.to(ScalarType.Float64);
        Perturb(flow);
        using var scope = NewDisposeScope();
        var (z, logDet) = flow.Forward(x);
        var (back, inverseLogDet) = flow.Inverse(z);
        Assert.Equal((ScalarType.Float64, x.NumberOfElements), (z.dtype, z.NumberOfElements));
        Assert.Equal([x.shape[0]], logDet.shape);
        Assert.Equal([x.shape[0]], inverseLogDet.shape);
        Assert.InRange((back - x).abs().max().item<double>(), 0, 1e-9);
        Assert.InRange((logDet + inverseLogDet).abs().max().item<double>(), 0, 1e-9);
        Assert.Equal(keepsVolume, logDet.abs().max().item<double>() < 1e-3);
        for (var image = 0; image < x.shape[0]; image++)
            Assert.Equal(LogDeterminant(flow, x.narrow(0, image, 1)), logDet[image].item<double>(), 1e-8);
    }

    /// <summary>ln |det ∂z/∂x| of one image, by autograd.</summary>
    private static double LogDeterminant(Flow flow, Tensor x)
    {
        using var scope = NewDisposeScope();
        var input = x.detach().clone();
        input.requires_grad = true;
        var z = flow.Forward(input).Z.flatten();
        var rows = Enumerable.Range(0, (int)z.NumberOfElements)
            .Select(k => autograd.grad([z[k]], [input], retain_graph: true)[0].flatten());
        return linalg.slogdet(stack([.. rows])).Item2.item<double>();
    }
}
