using GenBench.Data;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>What <c>--resize N</c> does: both sets become N×N, bilinear, anti-aliased where they shrink; proportions are not kept.</summary>
internal static class Resizing
{
    internal static ImageArray Resized(this ImageArray images, int? side)
    {
        if (side is not { } resolution || (images.Height, images.Width) == (resolution, resolution))
            return images;
        using var scope = NewDisposeScope();
        return ImageArray.Of(ImageResize.Bilinear(images.ToTensor(), resolution));
    }

    internal static string Describe(int? side) => side is { } resolution ? $", resized to {resolution}x{resolution} (bilinear, anti-aliased)" : "";

    internal static string Key(int? side) => side is { } resolution ? $" resized {resolution}" : "";
}
