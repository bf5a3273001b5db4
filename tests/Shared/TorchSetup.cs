using System.Runtime.CompilerServices;
using GenBench.Native;

// Tests that touch torch run one at a time: its generator and its tensor counts are global.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace GenBench.Tests;

internal static class TorchSetup
{
    [ModuleInitializer]
    internal static void Load() => TorchLibrary.Load();
}
