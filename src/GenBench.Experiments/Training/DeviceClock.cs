using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>Seconds spent in training steps. It runs from the first step after a pause to the next pause, both with
/// the device's queue empty, so that steps between need not wait for the device.</summary>
internal sealed class DeviceClock(TimeProvider time, Device device, double spent)
{
    private double _seconds = spent;
    private long? _started;

    public void Run()
    {
        if (_started is not null)
            return;
        Synchronize();
        _started = time.GetTimestamp();
    }

    /// <summary>Waits for the device, stops the clock and returns the seconds in all.</summary>
    public double Pause()
    {
        if (_started is not { } started)
            return _seconds;
        Synchronize();
        _seconds += time.GetElapsedTime(started).TotalSeconds;
        _started = null;
        return _seconds;
    }

    private void Synchronize()
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
    }
}
