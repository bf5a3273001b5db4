using System.Diagnostics;
using GenBench.Experiments.Matrix;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class TrainerMemoryTests : TrainerFixture
{
    [Fact]
    public void No_step_leaves_a_tensor_behind()
    {
        var counts = new List<long>();
        var model = ToyModel.TwoStages();
        // What other tests dropped must not be collected while this one counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Train(model, new TrainingSpec { Steps = 300, LogEvery = 3 }, batches: new ToyBatches(_ => counts.Add(Tensor.TotalCount)));
        // 200 steps of 3 draws in the first stage, then the second stage's: each draw of a stage sees the same number.
        Assert.Single(counts.Skip(6).Take(585).Chunk(3).Select(step => string.Join(' ', step)).Distinct());
        Assert.Single(counts.Skip(610).Chunk(3).Where(step => step.Length == 3).Select(step => string.Join(' ', step)).Distinct());
    }

    [Fact]
    public void Memory_stays_flat_over_thousands_of_steps()
    {
        var resident = new List<long>();
        var batches = new ToyBatches(draw =>
        {
            if (draw is 500 or 2500)
                resident.Add(Process.GetCurrentProcess().WorkingSet64);
        }, size: 4096);
        Train(ToyModel.Plain(), new TrainingSpec { Steps = 2500 }, batches: batches);
        Assert.True(resident[1] - resident[0] < 30L << 20, $"grew by {(resident[1] - resident[0]) >> 20} MiB");
    }
}
