using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GenBench.Models.Networks;

/// <summary>Group normalisation (Wu &amp; He 2018) with its scale at 1 and its shift at 0, where TorchSharp 0.107 leaves
/// both uninitialised.</summary>
internal static class GroupNormalization
{
    /// <summary>At most 32 groups, as in DDPM, but of at least 4 channels each, so that narrow networks keep some of the
    /// differences between their channels.</summary>
    internal static GroupNorm Create(long channels)
    {
        var groups = Math.Clamp(channels / 4, 1, 32);
        while (channels % groups != 0)
            groups--;
        var layer = GroupNorm(groups, channels);
        init.ones_(layer.weight!);
        init.zeros_(layer.bias!);
        return layer;
    }
}
