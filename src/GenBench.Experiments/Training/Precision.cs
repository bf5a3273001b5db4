using GenBench.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>Arithmetic precision of a run; restores torch's switches when disposed.</summary>
internal sealed class Precision : IDisposable
{
    private readonly Autocast? _autocast;
    private readonly bool _matmulTf32 = backends.cuda.matmul.allow_tf32;
    private readonly bool _convolutionTf32 = backends.cudnn.allow_tf32;

    /// <summary>Sets the precision.</summary>
    /// <param name="name"><c>float32</c>, <c>tf32</c> (without effect on the CPU) or <c>bfloat16</c>.</param>
    /// <param name="device">Where the run takes place.</param>
    /// <exception cref="BadInputException">The device or this libtorch cannot do it.</exception>
    public Precision(string name, Device device)
    {
        if (name == "bfloat16")
        {
            if (device.type != DeviceType.CUDA)
                throw new BadInputException($"training precision bfloat16 is 24 times slower than float32 on {device.type.ToString().ToLowerInvariant()}; use float32");
            _autocast = Autocast.Find(device.type)
                ?? throw new BadInputException("training precision bfloat16 needs autocast, which this libtorch does not export; use tf32 or float32");
        }
        // cuDNN's own default is tf32: float32 has to turn it off.
        backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = name == "tf32";
    }

    /// <summary>The region around a loss's evaluation, not around its backward pass; null where none is needed.</summary>
    public IDisposable? Forward() => _autocast?.Enter();

    public void Dispose()
    {
        backends.cuda.matmul.allow_tf32 = _matmulTf32;
        backends.cudnn.allow_tf32 = _convolutionTf32;
    }
}
