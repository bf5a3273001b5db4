using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class TrainerResumeTests : TrainerFixture
{
    private static readonly TrainingSpec Spec = new()
    {
        Steps = 60,
        LogEvery = 4,
        Snapshots = 3,
        WarmupSteps = 5,
        Decay = "cosine",
        ClipNorm = 0.5,
        Ema = 0.9,
        CheckpointSeconds = 0,
    };

    [Fact]
    public void Interrupted_and_resumed_training_ends_with_the_same_bits()
    {
        var undisturbed = ToyModel.TwoStages();
        Train(undisturbed, Spec, "undisturbed", time: new TickingTime(0.01));
        // Batches drawn are 3 a step and one at the second stage's start: cancellations and crashes in both stages.
        foreach (var (draws, cancel) in new[] { (1, true), (31, false), (50, true), (20, true), (17, false), (40, false), (22, true) })
            TrainUntil(draws, cancel, ToyModel.TwoStages(), Spec, "disturbed", new TickingTime(0.01));
        var resumed = ToyModel.TwoStages();
        var info = Train(resumed, Spec, "disturbed", time: new TickingTime(0.01));

        AssertSameState(undisturbed.Network.state_dict(), resumed.Network.state_dict());
        Assert.Equal(File.ReadAllBytes(Cell("undisturbed").Weights), File.ReadAllBytes(Cell("disturbed").Weights));
        Assert.True(info.BitReproducible);
        Assert.Equal(60, info.Steps);
        Assert.Equal(60 * 3 * 8, info.ImagesSeen);
        Assert.Equal(Curve("undisturbed"), Curve("disturbed"));
        foreach (var snapshot in Directory.GetFiles(Cell("undisturbed").Snapshots))
            Assert.Equal(File.ReadAllBytes(snapshot), File.ReadAllBytes(Path.Combine(Cell("disturbed").Snapshots, Path.GetFileName(snapshot))));
        Assert.False(Directory.Exists(Cell("disturbed").Checkpoints));
    }

    private (string, long, long, string, double)[] Curve(string cell) =>
        [.. CsvFile.Read<TrainingRow>(Cell(cell).TrainingCsv).Select(row => (row.Stage, row.Step, row.Images, row.Name, row.Value))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_broken_newest_checkpoint_is_named_and_the_one_before_it_is_taken(bool truncated)
    {
        var undisturbed = ToyModel.Plain();
        Train(undisturbed, Spec, "undisturbed");
        TrainUntil(20, cancel: true, ToyModel.Plain(), Spec);
        TrainUntil(10, cancel: true, ToyModel.Plain(), Spec);
        var files = Directory.GetFiles(Cell("cell").Checkpoints).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, files.Length);
        var bytes = File.ReadAllBytes(files[1]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(files[1], truncated ? bytes[..^100] : bytes);

        var resumed = ToyModel.Plain();
        Train(resumed, Spec);
        Assert.Contains(Messages, message => message.Contains(files[1], StringComparison.Ordinal) && message.Contains("checksum", StringComparison.Ordinal));
        Assert.Contains(Messages, message => message.StartsWith($"continuing from {files[0]}", StringComparison.Ordinal));
        AssertSameState(undisturbed.Network.state_dict(), resumed.Network.state_dict());
    }

    [Fact]
    public void A_checkpoint_of_another_training_or_model_is_refused_by_name()
    {
        TrainUntil(5, cancel: true, ToyModel.Plain(), Spec);
        var checkpoint = Directory.GetFiles(Cell("cell").Checkpoints).Order(StringComparer.Ordinal).Last();
        var otherKey = Assert.Throws<BadInputException>(() => Train(ToyModel.Plain(), Spec, key: "other"));
        Assert.Contains(checkpoint, otherKey.Message, StringComparison.Ordinal);
        var otherModel = Assert.Throws<BadInputException>(() => Train(ToyModel.TwoStages(), Spec));
        Assert.Contains(checkpoint, otherModel.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(checkpoint));
    }

    [Fact]
    public void Another_thread_count_on_resuming_is_recorded()
    {
        set_num_threads(2);
        TrainUntil(5, cancel: true, ToyModel.Plain(), Spec);
        set_num_threads(1);
        TrainUntil(5, cancel: true, ToyModel.Plain(), Spec);
        var info = Train(ToyModel.Plain(), Spec);
        Assert.False(info.BitReproducible);
        Assert.Equal(1, info.Threads);
        Assert.Contains(Messages, message => message.Contains("bit-reproducible", StringComparison.Ordinal));
    }

    [Fact]
    public void A_clock_that_is_set_while_training_changes_nothing()
    {
        var (undisturbed, disturbed) = (ToyModel.Plain(), ToyModel.Plain());
        var expected = Train(undisturbed, Spec, "undisturbed", time: new TickingTime(0.01));
        var info = Train(disturbed, Spec, "disturbed", time: new TickingTime(0.01) { ClockJumps = TimeSpan.FromDays(-400) });
        Assert.Equal(expected.DeviceSeconds, info.DeviceSeconds);
        AssertSameState(undisturbed.Network.state_dict(), disturbed.Network.state_dict());
    }

    [Fact]
    public void Checkpoints_take_at_most_a_fiftieth_of_the_time()
    {
        var time = new TickingTime(1);
        var timer = new CheckpointTimer(time, 0);
        Assert.True(timer.Due);
        timer.Measure(() => { });
        var wait = 1;
        while (!timer.Due)
            wait++;
        Assert.Equal(50, wait);
        Assert.Equal((1, 1.0), (timer.Count, timer.Seconds));
    }

    [Fact]
    public void The_log_says_what_checkpoints_cost()
    {
        Train(ToyModel.Plain(), Spec with { Steps = 600 }, time: new TickingTime(0.01));
        Assert.Contains(Messages, message => message.Contains("checkpoints took", StringComparison.Ordinal));
    }
}
