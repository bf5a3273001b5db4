using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class TrainerTests : TrainerFixture
{
    [Fact]
    public void Training_lowers_the_loss_and_writes_every_file()
    {
        var model = ToyModel.Plain();
        var info = Train(model, new TrainingSpec { Steps = 200, LogEvery = 10, Snapshots = 2, Ema = 0.9 });

        var rows = CsvFile.Read<TrainingRow>(Cell("cell").TrainingCsv);
        Assert.Equal(["fit/loss", "fit/size", "fit/grad_norm", "fit/learning_rate"], rows.Take(4).Select(row => row.Name));
        Assert.Equal([1, 10, 20], rows.Select(row => row.Step).Distinct().Take(3));
        var losses = rows.Where(row => row.Name == "fit/loss").Select(row => row.Value).ToArray();
        Assert.True(losses[^1] < 0.6 * losses[0], $"{losses[0]} to {losses[^1]}");

        Assert.Equal(["1-of-2.safetensors", "2-of-2.safetensors"], Directory.GetFiles(Cell("cell").Snapshots).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllBytes(Path.Combine(Cell("cell").Snapshots, "2-of-2.safetensors")), File.ReadAllBytes(Cell("cell").Weights));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(Cell("cell").Snapshots, "1-of-2.safetensors")), File.ReadAllBytes(Cell("cell").Weights));
        Assert.NotEmpty(Directory.GetFiles(Cell("cell").TensorBoard));
        Assert.Equal(info, JsonSerializer.Deserialize<TrainedInfo>(File.ReadAllText(Cell("cell").TrainedJson), JsonSerializerOptions.Web));
        Assert.Equal(4 * 8 + 8 + 8 + 8 + 8 * 4 + 4, info.Parameters);
        Assert.Equal((200L, 1600L, "cpu", true), (info.Steps, info.ImagesSeen, info.Device, info.BitReproducible));
        Assert.False(model.Network.training);

        var last = Progress[^1];
        Assert.Equal(("only", 200L, 200L, 0.0), (last.Stage, last.Step, last.TotalSteps, last.SecondsLeft));
        Assert.Equal(losses[^1], last.Loss);
    }

    [Fact]
    public void Weights_are_read_back_by_the_names_that_PyTorch_gives()
    {
        var model = ToyModel.Plain();
        Train(model, new TrainingSpec { Steps = 3 });
        var other = ToyModel.Plain();
        WeightsFile.Load(Cell("cell").Weights, other.Network);
        AssertSameState(model.Network.state_dict(), other.Network.state_dict());
        Assert.Contains("first.norm.running_mean", other.Network.state_dict().Keys);
        Assert.Contains("first.inner.weight", other.Network.state_dict().Keys);
    }

    [Fact]
    public void Gradients_are_on_for_what_the_objective_trains_alone()
    {
        var seen = new List<string>();
        var model = ToyModel.Of(toy =>
        {
            Objective Watched(string name, ToyBlock trained) => ToyModel.Identity(name, trained, toy.first, toy.second) with
            {
                Evaluate = batch =>
                {
                    var on = toy.named_parameters().Where(parameter => parameter.parameter.requires_grad).Select(parameter => parameter.name.Split('.')[0]).Distinct();
                    var training = toy.named_modules().Where(module => module.module is ToyBlock { training: true }).Select(module => module.name);
                    seen.Add($"{name} {string.Join('+', on)} {string.Join('+', training)} {batch.Step}");
                    return new Loss((toy.second.call(toy.first.call(batch.Images)) - batch.Images).square().mean());
                },
            };
            return [new Stage("only", Watched("a", toy.first), Watched("b", toy.second) with { Repeats = 2 })];
        });
        var third = model.Toy.third.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        Train(model, new TrainingSpec { Steps = 2 });

        string[] step = ["a first first+second 0", "b second first+second 0", "b second first+second 0"];
        Assert.Equal([.. step, .. step.Select(line => line[..^1] + "1")], seen);
        AssertSameState(third, model.Toy.third.state_dict());
        Assert.All(model.Network.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.All(model.Network.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Without_an_average_the_weights_are_the_live_ones_and_with_one_they_trail()
    {
        var live = ToyModel.Plain();
        Train(live, new TrainingSpec { Steps = 20, Ema = 0 }, "live");
        var averaged = ToyModel.Plain();
        Train(averaged, new TrainingSpec { Steps = 20, Ema = 0.5 }, "averaged");
        var name = "first.inner.weight";
        Assert.NotEqual(0, (live.Network.state_dict()[name] - averaged.Network.state_dict()[name]).abs().max().item<float>());
        // Buffers are copied, not averaged.
        AssertSameState(
            live.Toy.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer),
            averaged.Toy.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer));
    }

    [Fact]
    public void Averaged_weights_are_recalibrated_before_they_are_kept_and_training_goes_on_from_the_live_ones()
    {
        ToyModel Marking() => ToyModel.Of(toy => [new Stage("only", ToyModel.Identity("fit", toy.first, toy.first))
        {
            // A function of the averaged weights, as their statistics are.
            Recalibrate = () => toy.scale.copy_(toy.first.parameters().First().sum().reshape(1)),
        }]);
        var plain = ToyModel.Plain();
        Train(plain, new TrainingSpec { Steps = 20, Ema = 0.9 }, "plain");
        var model = Marking();
        Train(model, new TrainingSpec { Steps = 20, Ema = 0.9, Snapshots = 2 }, "marked");
        foreach (var n in new[] { 1, 2 })
        {
            var snapshot = Marking();
            WeightsFile.Load(Cell("marked").Snapshot(n, 2), snapshot.Network);
            Assert.Equal(snapshot.Toy.first.parameters().First().sum().item<float>(), snapshot.Toy.scale.item<float>());
        }
        var (expected, actual) = (plain.Network.state_dict(), model.Network.state_dict());
        Assert.NotEqual(1, actual["scale"].item<float>());
        AssertSameState(expected.Where(pair => pair.Key != "scale").ToDictionary(), actual.Where(pair => pair.Key != "scale").ToDictionary());

        var unaveraged = Marking();
        Train(unaveraged, new TrainingSpec { Steps = 5, Ema = 0 }, "unaveraged");
        Assert.Equal(1, unaveraged.Toy.scale.item<float>());
    }

    [Fact]
    public void Each_stage_gets_its_share_and_is_initialised_once_on_its_first_batch()
    {
        var initialised = new List<Tensor>();
        var model = ToyModel.Of(toy => [.. new[] { ("one", 3.0), ("two", 1.0) }.Select(stage =>
            new Stage(stage.Item1, ToyModel.Identity("fit", toy.first, toy.first))
            {
                Share = stage.Item2,
                Initialize = batch => initialised.Add(batch.Images.clone().DetachFromDisposeScope()),
            })]);
        Train(model, new TrainingSpec { Steps = 40, LogEvery = 1 });
        var steps = CsvFile.Read<TrainingRow>(Cell("cell").TrainingCsv).Where(row => row.Name == "fit/loss").GroupBy(row => row.Stage).ToDictionary(group => group.Key, group => group.Max(row => row.Step));
        Assert.Equal(30, steps["one"]);
        Assert.Equal(10, steps["two"]);
        Assert.Equal(2, initialised.Count);
    }

    [Fact]
    public void A_budget_of_images_ends_once_they_are_seen_and_one_of_seconds_once_they_are_spent()
    {
        Assert.Equal(13, Train(ToyModel.Plain(), new TrainingSpec { Images = 100 }, "images").Steps);
        var timed = Train(ToyModel.Plain(), new TrainingSpec { DeviceSeconds = 2 }, "seconds", time: new TickingTime(0.125));
        Assert.Equal((16L, 2.0, false), (timed.Steps, timed.DeviceSeconds, timed.BitReproducible));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(5L, 5L)]
    public void Any_other_number_of_budgets_than_one_is_refused(long? steps, long? images) =>
        Assert.Throws<InvalidOptionException>(() => Train(ToyModel.Plain(), new TrainingSpec { Steps = steps, Images = images }));

    [Fact]
    public void Divergence_is_named_and_never_reaches_a_checkpoint()
    {
        var model = ToyModel.Of(toy =>
        {
            var fit = ToyModel.Identity("fit", toy.first, toy.first);
            return [new Stage("only", fit with { Evaluate = batch => batch.Step == 5 ? new Loss(fit.Evaluate(batch).Total * double.NaN) : fit.Evaluate(batch) })];
        });
        var error = Assert.Throws<TrainingDivergedException>(() => Train(model, new TrainingSpec { Steps = 50, LogEvery = 7, CheckpointSeconds = 0 }));
        Assert.Equal("training diverged in stage 'only' at step 5: loss of 'fit' NaN, gradient norm NaN", error.Message);
        Assert.All(model.Network.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
        Assert.False(File.Exists(Cell("cell").Weights));
        var newest = Path.GetFileName(Directory.GetFiles(Cell("cell").Checkpoints).Order(StringComparer.Ordinal).Last());
        Assert.True(long.Parse(newest.Split('.')[0], null) <= 5, newest);
    }

    [Fact]
    public void Bfloat16_is_refused_on_the_CPU()
    {
        var error = Assert.Throws<BadInputException>(() => Train(ToyModel.Plain(), new TrainingSpec { Steps = 1, Precision = "bfloat16" }));
        Assert.Contains("use float32", error.Message, StringComparison.Ordinal);
    }
}
