using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GenBench.Models.Networks;

/// <summary>What torch's own layers lack: declared multiply-accumulates, and a start at zero.</summary>
internal static class LayerExtensions
{
    /// <summary>Multiply-accumulates for one image: every weight is used once at every position of the output.</summary>
    internal static long Macs(this Conv2d layer, FeatureSize output) => layer.weight.NumberOfElements * output.Positions;

    /// <summary>Multiply-accumulates for one image: every weight is used once at every position of the input.</summary>
    internal static long Macs(this ConvTranspose2d layer, FeatureSize input) => layer.weight.NumberOfElements * input.Positions;

    /// <summary>Multiply-accumulates for one vector; the bias is not counted.</summary>
    internal static long Macs(this Linear layer) => layer.weight.NumberOfElements;

    /// <summary>Sets weight and bias to zero, so that the branch that ends in this layer starts as nothing.</summary>
    internal static Conv2d Zeroed(this Conv2d layer)
    {
        init.zeros_(layer.weight);
        init.zeros_(layer.bias!);
        return layer;
    }

    /// <summary>Sets weight and bias to zero, so that the branch that ends in this layer starts as nothing.</summary>
    internal static Linear Zeroed(this Linear layer)
    {
        init.zeros_(layer.weight);
        init.zeros_(layer.bias!);
        return layer;
    }
}
