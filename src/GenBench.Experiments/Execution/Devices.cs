using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Experiments.Execution;

/// <summary>Devices by the names of the command line.</summary>
public static class Devices
{
    /// <summary>CUDA devices there are.</summary>
    public static int GpuCount => cuda.is_available() ? cuda.device_count() : 0;

    /// <summary>The device that a name stands for; <c>auto</c> is the first CUDA device where there is one.</summary>
    /// <exception cref="BadInputException">The name is unknown, or there is no such device.</exception>
    public static Device Parse(string name)
    {
        if (name == "cpu" || name == "auto" && !cuda.is_available())
            return CPU;
        var index = 0;
        if (name is not ("auto" or "cuda") &&
            !(name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new BadInputException($"--device {name}: unknown device; use auto, cpu, cuda or cuda:N");
        if (!cuda.is_available())
            throw new BadInputException($"--device {name}: this libtorch finds no CUDA device ('genbench doctor' says which libtorch was loaded); use cpu");
        if (index >= cuda.device_count())
            throw new BadInputException($"--device {name}: there are {cuda.device_count()} CUDA devices, numbered from 0");
        return new Device(TorchSharp.DeviceType.CUDA, index);
    }
}
