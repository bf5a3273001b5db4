using BenchmarkDotNet.Running;
using GenBench.Native;

TorchLibrary.Load();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
