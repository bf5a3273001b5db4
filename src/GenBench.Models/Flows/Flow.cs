using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// An invertible, differentiable map of images with its exact log-determinant: the one law of all flow layers. By the change
/// of variables ln p(x) = ln p(z) + ln |det ∂z/∂x|, z = f(x) (Dinh et al. 2017, eq. 2 and 3). Either tensor is [B, …]
/// with the same number of values per image, and the map of an image does not depend on the others in the batch.
/// </summary>
internal abstract class Flow(string name) : nn.Module(name)
{
    /// <summary>Multiply-accumulates of a pass for one image, the same both ways.</summary>
    internal abstract long Macs { get; }

    /// <summary>z = f(x) and ln |det ∂z/∂x|, [B].</summary>
    internal abstract (Tensor Z, Tensor LogDet) Forward(Tensor x);

    /// <summary>x = f⁻¹(z) and ln |det ∂x/∂z|, [B]: minus that of <see cref="Forward"/>.</summary>
    internal abstract (Tensor X, Tensor LogDet) Inverse(Tensor z);

    /// <summary>Sets what is to be set from a first batch, without gradients, and returns its z.</summary>
    internal virtual Tensor Initialize(Tensor x) => Forward(x).Z;
}
