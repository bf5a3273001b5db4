using System.Globalization;
using BenchmarkDotNet.Running;
using GenBench.Native;
using GenBench.Performance;

TorchLibrary.Load();
if (args is ["statistics", var folder, var repeats, var threads])
    StatisticsTiming.Run(folder, int.Parse(repeats, CultureInfo.InvariantCulture), int.Parse(threads, CultureInfo.InvariantCulture));
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
