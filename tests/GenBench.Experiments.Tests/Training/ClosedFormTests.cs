using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

/// <summary>Objectives that set what they train themselves.</summary>
public sealed class ClosedFormTests : TrainerFixture
{
    /// <summary>A stage that counts its steps in a weight, beside one that descends.</summary>
    private static ToyModel Counting(Func<Batch, double> loss) => ToyModel.Of(toy =>
    [
        new Stage("count", new Objective("steps", toy.third, batch =>
        {
            foreach (var parameter in toy.third.parameters())
                parameter.add_(1);
            return new Loss(tensor(loss(batch)));
        })
        { ClosedForm = true }),
        new Stage("fit", ToyModel.Identity("fit", toy.first, toy.first)),
    ]);

    [Fact]
    public void What_they_set_is_kept_as_it_is_and_never_averaged()
    {
        var model = Counting(_ => 3);
        var before = model.Toy.third.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        Train(model, new TrainingSpec { Steps = 40, Ema = 0.99, LogEvery = 1 });
        foreach (var (parameter, start) in model.Toy.third.parameters().Zip(before))
            Assert.InRange((parameter - start - 20).abs().max().item<float>(), 0, 1e-4);
        // Their curve is the loss alone: there is no gradient and no learning rate.
        var rows = CsvFile.Read<TrainingRow>(Cell("cell").TrainingCsv).Where(row => row.Stage == "count").ToArray();
        Assert.Equal(20, rows.Length);
        Assert.All(rows, row => Assert.Equal(("steps/loss", 3.0), (row.Name, row.Value)));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_training_at_its_step()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => Train(Counting(batch => batch.Step == 7 ? double.NaN : 0), new TrainingSpec { Steps = 40 }));
        Assert.Equal(7, error.Step);
        Assert.Contains("'steps'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_and_resumed_they_end_with_the_same_bits()
    {
        var spec = new TrainingSpec { Steps = 40, CheckpointSeconds = 0 };
        var whole = Counting(_ => 0);
        Train(whole, spec, "whole");
        TrainUntil(12, cancel: false, Counting(_ => 0), spec, "killed");
        var resumed = Counting(_ => 0);
        Train(resumed, spec, "killed");
        AssertSameState(whole.Network.state_dict(), resumed.Network.state_dict());
    }
}
