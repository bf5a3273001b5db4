using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>What data-dependent initialisation wants to know of a first batch.</summary>
internal static class ChannelMoments
{
    private const double Constant = 1e-6; // a smaller deviation is that of a constant, up to rounding

    /// <summary>Mean and standard deviation of each channel over batch and positions, [C] each; 1 for the deviation of a
    /// channel that is constant.</summary>
    /// <param name="x">[B, C, …].</param>
    internal static (Tensor Mean, Tensor Deviation) Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        var values = x.transpose(0, 1).flatten(1);
        var deviation = values.std(1, unbiased: false);
        return (values.mean([1]).MoveToOuterDisposeScope(), deviation.masked_fill(deviation.lt(Constant), 1).MoveToOuterDisposeScope());
    }
}
