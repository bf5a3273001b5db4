using static TorchSharp.torch;

namespace GenBench.Experiments.Execution;

/// <summary>What decides the bits of a computation beside what goes into it.</summary>
/// <param name="Device">Device type, e.g. <c>cpu</c>.</param>
/// <param name="Threads">CPU threads of torch.</param>
internal readonly record struct Maker(string Device, int Threads)
{
    /// <summary>This process on a device.</summary>
    public static Maker On(Device device) => new(device.type.ToString().ToLowerInvariant(), get_num_threads());

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Device} with {Threads} threads");
}
