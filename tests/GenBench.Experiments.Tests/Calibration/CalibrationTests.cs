using GenBench.Experiments;
using GenBench.Experiments.Calibration;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Training;
using GenBench.Tests.Experiments.Training;

namespace GenBench.Tests.Experiments.Calibration;

public sealed class CalibrationTests : TrainerFixture
{
    private static TrainingProgress At(string stage, long step, double seconds) => new(stage, step, 0, 0, 0, 0, seconds);

    /// <summary>A step of the first stage takes 0.1 s, one of the second 0.5 s, and the first of each a second more.</summary>
    private static readonly TrainingProgress[] Reports =
        [At("first", 1, 1.1), At("first", 5, 1.5), At("first", 11, 2.1), At("second", 12, 3.6), At("second", 16, 5.6)];

    [Fact]
    public void Each_stage_is_extrapolated_by_its_own_steps_without_their_warm_up()
    {
        // Shares 1 and 0.5: 600 steps and 300.
        var stages = ToyModel.TwoStages().Stages;
        Assert.Equal(600 * 0.1 + 300 * 0.5, TrainingCalibration.Extrapolate(new TrainingSpec { Steps = 900 }, stages, Reports), 1e-9);
        // 3 draws of 8 images a step.
        Assert.Equal(600 * 0.1 + 300 * 0.5, TrainingCalibration.Extrapolate(new TrainingSpec { Images = 900 * 24, BatchSize = 8 }, stages, Reports), 1e-9);
    }

    [Fact]
    public void A_stage_of_a_single_step_counts_from_the_stage_before() =>
        Assert.Equal(600 * 0.1 + 300 * 1.5, TrainingCalibration.Extrapolate(new TrainingSpec { Steps = 900 }, ToyModel.TwoStages().Stages, Reports[..4]), 1e-9);

    [Fact]
    public void A_budget_of_seconds_is_its_own_estimate()
    {
        var job = new TrainingJob(ToyModel.TwoStages(), new ToyBatches(), new TrainingSpec { DeviceSeconds = 1234 }, 1, "key", Cell("cell"), TorchSharp.torch.CPU);
        Assert.Equal(1234, TrainingCalibration.Measure(job, new TickingTime(0.05), Messages, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(Cell("cell").Weights));
    }

    [Fact]
    public void Workers_share_all_but_the_timing_of_sampling()
    {
        var registry = Registry.BuiltIn;
        var shapes = registry.ChooseDataset("shapes", []);
        Cell Of(int seed) => new("e", shapes, new ModelChoice("vae", 1, []), seed, new TrainingSpec { Steps = 1 }, [registry.ChooseSampler("direct", [], 100)], new EvaluationSpec());
        Cell[] cells = [Of(0), Of(1), Of(2)];
        var calibrations = cells.ToDictionary(cell => cell.Id, cell => new CellCalibration
        {
            Parameters = 1,
            Macs = 1,
            SetupSeconds = 2,
            TrainingSeconds = 100 * (cell.Seed + 1),
            EvaluationSeconds = 10,
            CostSeconds = 5,
            ReferenceSeconds = 3,
            MetricSecondsPerImage = 0.1,
            Bytes = 1000,
            PassingBytes = 8000,
            MeasuredSeconds = 20,
        });
        // Baselines: 2 + 3 + 3 · 100 · 0.1 = 35.
        var alone = MatrixEstimate.Of(cells, calibrations, workers: 1);
        Assert.Equal(600 + 3 * (2 + 10 + 5) + 35, alone.Seconds, 1e-9);
        Assert.Equal((3000L, 11000L), (alone.Bytes, alone.PeakBytes));
        // 312 and the baselines beside 212 + 112; then 3 · (2 + 5).
        var shared = MatrixEstimate.Of(cells, calibrations, workers: 2);
        Assert.Equal(312 + 35 + 21, shared.Seconds, 1e-9);
        Assert.Equal(19000, shared.PeakBytes);
    }
}
