using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>A flow that only puts values elsewhere: its log-determinant is 0.</summary>
internal abstract class Rearrangement(string name) : Flow(name)
{
    internal sealed override long Macs => 0;

    internal sealed override (Tensor Z, Tensor LogDet) Forward(Tensor x) => (There(x), NoChange(x));

    internal sealed override (Tensor X, Tensor LogDet) Inverse(Tensor z) => (Back(z), NoChange(z));

    private protected abstract Tensor There(Tensor x);

    private protected abstract Tensor Back(Tensor z);

    private static Tensor NoChange(Tensor x) => zeros([x.shape[0]], x.dtype, x.device);
}

/// <summary>Squares of 2×2 pixels become channels (Dinh et al. 2017, §3.6): [B, C, H, W] → [B, 4C, H/2, W/2]; the four of a
/// channel lie side by side, row by row, so that halves of a gray image's channels are rows and no checkerboards.</summary>
internal sealed class Squeeze() : Rearrangement(nameof(Squeeze))
{
    /// <summary>The shape of what an image becomes.</summary>
    internal static ImageShape Of(ImageShape shape) => new(4 * shape.Channels, shape.Height / 2, shape.Width / 2);

    private protected override Tensor There(Tensor x) => nn.functional.pixel_unshuffle(x, 2);

    private protected override Tensor Back(Tensor z) => nn.functional.pixel_shuffle(z, 2);
}

/// <summary>An image as a vector: [B, C, H, W] → [B, C·H·W].</summary>
internal sealed class Flatten(ImageShape shape) : Rearrangement(nameof(Flatten))
{
    private protected override Tensor There(Tensor x) => x.flatten(1);

    private protected override Tensor Back(Tensor z) => z.reshape(-1, shape.Channels, shape.Height, shape.Width);
}
