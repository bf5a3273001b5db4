using System.Collections.Concurrent;
using System.Globalization;

namespace GenBench.Experiments.Execution;

/// <summary>The devices that workers take their cells to: where there are several GPUs and none is named, each worker has its own.</summary>
internal sealed class DevicePool
{
    private readonly ConcurrentQueue<string> _free;

    /// <param name="device">The device asked for: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="workers">Cells run at a time.</param>
    /// <param name="gpus">CUDA devices there are.</param>
    public DevicePool(string device, int workers, int gpus) => _free = new ConcurrentQueue<string>(Enumerable.Range(0, workers).Select(worker =>
        device is "auto" or "cuda" && gpus > 1 ? string.Create(CultureInfo.InvariantCulture, $"cuda:{worker % gpus}") : device));

    /// <summary>Takes a device for a cell; there is one for each worker.</summary>
    public string Take() => _free.TryDequeue(out var device) ? device : throw new InvalidOperationException("more cells run than there are workers");

    /// <summary>Gives a device back.</summary>
    public void Return(string device) => _free.Enqueue(device);
}
