using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace GenBench.Performance;

/// <summary>One call, in this process: for what takes seconds to minutes, beside which a first call's compilation is nothing.</summary>
internal sealed class OneCall : ManualConfig
{
    public OneCall() => AddJob(Job.Default
        .WithStrategy(RunStrategy.Monitoring)
        .WithLaunchCount(1)
        .WithWarmupCount(0)
        .WithIterationCount(1)
        .WithToolchain(InProcessEmitToolchain.Instance));
}
