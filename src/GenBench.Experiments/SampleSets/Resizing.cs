using GenBench.Data;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>What <c>--resize N</c> does: both sets become N×N by Lanczos' filter; proportions are not kept.</summary>
internal static class Resizing
{
    internal static ImageArray Resized(this ImageArray images, int? side)
    {
        if (side is not { } resolution || (images.Height, images.Width) == (resolution, resolution))
            return images;
        using var scope = NewDisposeScope();
        var resampler = new ImageResampler(resolution, "lanczos");
        var (source, target) = (images.Height * images.Width, resolution * resolution);
        var planes = images.ToTensor().bytes;
        var resized = new byte[images.Count * images.Channels * target];
        for (var plane = 0; plane < images.Count * images.Channels; plane++)
            resampler.Resize(planes.Slice(plane * source, source), images.Height, images.Width, resized.AsSpan(plane * target, target));
        return ImageArray.Of(tensor(resized, [images.Count, images.Channels, resolution, resolution], ScalarType.Byte));
    }

    internal static string Describe(int? side) => side is { } resolution ? $", resized to {resolution}x{resolution} (Lanczos)" : "";

    internal static string Key(int? side) => side is { } resolution ? $" lanczos {resolution}" : "";
}
