using GenBench.Core;
using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>How a coupling parts its input x: what its network sees, and what it changes.</summary>
internal abstract class Partition(string name) : nn.Module(name)
{
    /// <summary>The part that stays and the part that changes.</summary>
    internal abstract (Tensor Seen, Tensor Changed) Divide(Tensor x);

    /// <summary>Puts the parts together again.</summary>
    internal abstract Tensor Join(Tensor seen, Tensor changed);

    /// <summary>A parameter of the change as the network gave it, made 0 where nothing changes.</summary>
    internal virtual Tensor Restrict(Tensor parameter) => parameter;
}

/// <summary>Halves of the channels, or of a vector's components.</summary>
/// <param name="firstChanges">Whether the first half changes, or the second.</param>
internal sealed class Halves(bool firstChanges = false) : Partition(nameof(Halves))
{
    /// <summary>The shape of points whose coordinates can be halved.</summary>
    /// <exception cref="InvalidOptionException">They cannot.</exception>
    internal static ImageShape Checked(ImageShape points) => points.Channels % 2 == 0
        ? points
        : throw new InvalidOptionException("data", $"couplings part the coordinates of a point into halves: there must be an even number of them, not {points.Channels}");

    internal override (Tensor Seen, Tensor Changed) Divide(Tensor x)
    {
        var halves = x.chunk(2, dim: 1);
        return firstChanges ? (halves[1], halves[0]) : (halves[0], halves[1]);
    }

    internal override Tensor Join(Tensor seen, Tensor changed) => cat(firstChanges ? [changed, seen] : [seen, changed], dim: 1);
}

/// <summary>A checkerboard over the positions of a feature map (Dinh et al. 2017, §3.4, fig. 3): the part that stays has 0 in
/// the place of what changes, and the other way round.</summary>
internal sealed class Checkerboard : Partition
{
    private readonly Tensor _changes; // 1 − b of the paper's eq. 9, [H, W]

    /// <param name="size">Size of the feature map.</param>
    /// <param name="parity">Row plus column, modulo 2, of the positions that change.</param>
    internal Checkerboard(FeatureSize size, int parity) : base(nameof(Checkerboard))
    {
        using var scope = NewDisposeScope();
        _changes = (arange(size.Height).unsqueeze(1) + arange(size.Width)).remainder(2).eq(parity)
            .to(ScalarType.Float32).MoveToOuterDisposeScope();
        RegisterComponents();
    }

    internal override (Tensor Seen, Tensor Changed) Divide(Tensor x)
    {
        var changed = x * _changes;
        return (x - changed, changed);
    }

    internal override Tensor Join(Tensor seen, Tensor changed) => seen + changed;

    internal override Tensor Restrict(Tensor parameter) => parameter * _changes;
}
