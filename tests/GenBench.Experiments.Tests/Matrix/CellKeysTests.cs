using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments.Matrix;
using static GenBench.Tests.Experiments.ExperimentText;

namespace GenBench.Tests.Experiments;

public sealed class CellKeysTests
{
    private static readonly Cell Cell = new("test",
        new DatasetChoice("dots", new JsonObject { ["resolution"] = 8 }, new DataSpec(new ImageShape(1, 8, 8), 10)),
        new ModelChoice("plain-toy", 1, new JsonObject { ["latent"] = 4, ["beta"] = 0.5 }), 0, new TrainingSpec { Steps = 10 }, [], new EvaluationSpec());

    private static readonly SamplerChoice Sampler = new("stepwise", 1, new JsonObject { ["steps"] = 10 }, "stepwise(steps=10)", 100);

    private static string Key(string options, string training = """{ "steps": 10 }""") =>
        ReadModels($$"""{ "kind": "plain-toy", "options": {{options}}, "training": {{training}} }""").Cells[0].TrainingKey;

    [Fact]
    public void The_training_key_is_the_hash_of_this_text()
    {
        const string text = """{"dataset":{"classes":10,"name":"dots","options":{"resolution":8},"shape":[1,8,8]},"format":1,"model":{"kind":"plain-toy","options":{"beta":0.5,"latent":4},"version":1},"seed":0,"training":{"steps":10}}""";
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))), Cell.TrainingKey);
    }

    [Fact]
    public void Order_and_spelling_leave_the_key_alone()
    {
        var key = Key("""{ "latent": 4, "beta": 0.5 }""");
        Assert.Equal(key, Key("""{ "beta": 5e-1, "latent": 4 }"""));
        Assert.Equal(Key("""{ "beta": 2 }"""), Key("""{ "beta": 2.0 }"""));
        Assert.Equal(Key("""{ "beta": 100000000000000000000 }"""), Key("""{ "beta": 1e20 }"""));
    }

    [Fact]
    public void An_option_at_its_default_leaves_the_key_alone()
    {
        var key = Key("{}");
        Assert.Equal(key, Key("""{ "latent": 32, "widths": [8, 16], "inner": { "depth": 2 }, "spacing": "uniform", "note": null }"""));
        Assert.Equal(key, Key("{}", """{ "steps": 10, "ema": 0.999, "logEvery": 7, "checkpointSeconds": 1 }"""));
    }

    public static TheoryData<Func<Cell, Cell>> TrainingChanges => new(
        cell => cell with { Seed = 1 },
        cell => cell with { Training = cell.Training with { Steps = 11 } },
        cell => cell with { Training = cell.Training with { Steps = null, Images = 10 } },
        cell => cell with { Model = new ModelChoice("plain-toy", 2, cell.Model.Options) },
        cell => cell with { Model = new ModelChoice("noisy-toy", 1, cell.Model.Options) },
        cell => cell with { Model = new ModelChoice("plain-toy", 1, new JsonObject { ["latent"] = 5, ["beta"] = 0.5 }) },
        cell => cell with { Dataset = new DatasetChoice("dots", new JsonObject { ["resolution"] = 9 }, cell.Dataset.Data) },
        cell => cell with { Dataset = cell.Dataset with { Data = new DataSpec(new ImageShape(3, 8, 8), 10) } });

    [Theory]
    [MemberData(nameof(TrainingChanges))]
    public void What_changes_the_weights_changes_the_key(Func<Cell, Cell> change) => Assert.NotEqual(Cell.TrainingKey, change(Cell).TrainingKey);

    [Fact]
    public void What_does_not_change_the_weights_leaves_the_key_alone()
    {
        Assert.Equal(Cell.TrainingKey, (Cell with { Experiment = "other", Samplers = [Sampler], Evaluation = new EvaluationSpec { Samples = 3 } }).TrainingKey);
        Assert.Equal(Cell.TrainingKey, (Cell with { Training = Cell.Training with { LogEvery = 1, CheckpointSeconds = 3 } }).TrainingKey);
    }

    [Fact]
    public void The_evaluation_key_covers_what_changes_the_samples_and_no_more()
    {
        var key = CellKeys.Evaluation("k", Sampler, 100, 0, 250);
        Assert.Equal(key, CellKeys.Evaluation("k", Sampler with { Label = "other", Samples = 3 }, 100, 0, 250));
        string[] others =
        [
            CellKeys.Evaluation("l", Sampler, 100, 0, 250),
            CellKeys.Evaluation("k", Sampler with { Version = 2 }, 100, 0, 250),
            CellKeys.Evaluation("k", Sampler with { Changed = [] }, 100, 0, 250),
            CellKeys.Evaluation("k", Sampler, 101, 0, 250),
            CellKeys.Evaluation("k", Sampler, 100, 1, 250),
            CellKeys.Evaluation("k", Sampler, 100, 0, 251),
            CellKeys.Evaluation("k", Sampler, 100, 0, 250, "1-of-4"),
        ];
        Assert.Equal(8, others.Append(key).Distinct().Count());
    }

    [Fact]
    public void The_likelihood_key_covers_weights_specification_and_seed()
    {
        var spec = new LikelihoodSpec();
        Assert.Equal(CellKeys.Likelihood("k", spec, 0), CellKeys.Likelihood("k", new LikelihoodSpec { Images = 1000 }, 0));
        string[] all = [CellKeys.Likelihood("k", spec, 0), CellKeys.Likelihood("l", spec, 0), CellKeys.Likelihood("k", spec with { Timesteps = 10 }, 0), CellKeys.Likelihood("k", spec, 1)];
        Assert.Equal(4, all.Distinct().Count());
    }
}
