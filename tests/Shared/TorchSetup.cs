using System.Runtime.CompilerServices;
using GenBench.Native;

// Tests that touch torch run one at a time: its generator and its tensor counts are global.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace GenBench.Tests;

internal static class TorchSetup
{
    /// <summary>One thread: test projects run beside each other, and threads that wait for a processor wait spinning.</summary>
    [ModuleInitializer]
    internal static void Load()
    {
        TorchLibrary.Load();
        TorchSharp.torch.set_num_threads(1);
    }
}
