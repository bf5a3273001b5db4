using System.Globalization;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Tests.Results;

namespace GenBench.Tests.Experiments.Execution;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_serves_one_run_at_a_time_and_names_it()
    {
        var own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.Null(RunLock.Holder(folder.Path));
        using (RunLock.Take(folder.Path))
        {
            Assert.Equal(own, RunLock.Holder(folder.Path));
            Assert.Contains($"another run (process {own})", Assert.Throws<BadInputException>(() => RunLock.Take(folder.Path)).Message, StringComparison.Ordinal);
        }
        Assert.Null(RunLock.Holder(folder.Path));
        RunLock.Take(folder.Path).Dispose();
    }

    [Fact]
    public void What_a_dead_run_left_is_taken_over()
    {
        File.WriteAllText(folder[".lock"], "");
        File.WriteAllText(folder[".owner"], "1");
        Assert.Null(RunLock.Holder(folder.Path));
        using var hold = RunLock.Take(folder.Path);
        Assert.NotEqual("1", RunLock.Holder(folder.Path));
    }
}
