using GenBench.Experiments.Matrix;
using TorchSharp;
using static GenBench.Tests.Experiments.ExperimentText;

namespace GenBench.Tests.Experiments;

public sealed class ExpansionTests
{
    private static IEnumerable<string> Options(Experiment experiment, string name) =>
        experiment.Cells.Select(cell => cell.Model.Options[name]!.ToJsonString());

    [Fact]
    public void The_matrix_is_datasets_by_models_by_options_by_seeds()
    {
        var experiment = Read("""
            { "name": "test", "datasets": [{ "name": "dots", "resolution": [8, 12] }], "seeds": [3, 1],
              "models": [{ "kind": "plain-toy", "options": { "latent": [4, 5] } }, { "kind": "noisy-toy" }], "training": { "steps": 10 } }
            """);
        Assert.Equal("test", experiment.Name);
        Assert.Equal(
            from resolution in new[] { 8, 12 }
            from model in new[] { "plain-toy 4", "plain-toy 5", "noisy-toy " }
            from seed in new[] { 3, 1 }
            select $"{resolution} {model} {seed}",
            experiment.Cells.Select(cell => $"{cell.Dataset.Data.Shape.Width} {cell.Model.Kind} {cell.Model.Options["latent"]} {cell.Seed}"));
        Assert.Equal(12, experiment.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.Matches("^plain-toy-dots-s3-[0-9a-f]{8}$", experiment.Cells[0].Id);
    }

    [Fact]
    public void Lists_of_several_options_give_every_combination_the_first_varying_slowest()
    {
        var cells = ReadModels("""{ "kind": "plain-toy", "options": { "latent": [4, 5], "beta": [1, 2, 3] } }""").Cells;
        Assert.Equal(["4/1", "4/2", "4/3", "5/1", "5/2", "5/3"], cells.Select(cell => $"{cell.Model.Options["latent"]}/{cell.Model.Options["beta"]}"));
    }

    [Fact]
    public void A_list_option_takes_a_list_and_multiplies_by_a_list_of_lists()
    {
        Assert.Equal(["[3,4]"], Options(ReadModels("""{ "kind": "plain-toy", "options": { "widths": [3, 4] } }"""), "widths"));
        Assert.Equal(["[3]", "[4,5]"], Options(ReadModels("""{ "kind": "plain-toy", "options": { "widths": [[3], [4, 5]] } }"""), "widths"));
    }

    [Fact]
    public void Nested_records_multiply_whole_and_by_their_members()
    {
        var text = """{ "kind": "plain-toy", "options": { "inner": [{ "depth": [1, 3] }, { "skip": true }] } }""";
        Assert.Equal(["{\"depth\":1,\"skip\":false}", "{\"depth\":3,\"skip\":false}", "{\"depth\":2,\"skip\":true}"], Options(ReadModels(text), "inner"));
    }

    [Fact]
    public void Choices_hold_every_option_and_apart_those_that_changed()
    {
        var model = ReadModels("""{ "kind": "plain-toy", "options": { "beta": 1.0, "latent": 5, "inner": { "depth": 2, "skip": true }, "limit": 9, "note": null } }""").Cells[0].Model;
        Assert.Equal(3, model.Version);
        Assert.Equal("""{"latent":5,"beta":1,"likelihood":"bernoulli","widths":[8,16],"inner":{"depth":2,"skip":true},"spacing":"uniform","limit":9,"note":null}""", model.Options.ToJsonString());
        Assert.Equal("""{"latent":5,"inner":{"skip":true},"limit":9}""", model.Changed.ToJsonString());
    }

    [Fact]
    public void Sampler_settings_multiply_and_say_what_was_given_in_order_of_declaration()
    {
        var samplers = ReadModels("""
            { "kind": "noisy-toy", "samplers": [{ "kind": "stepwise", "eta": 0.0, "steps": [10, 20], "samples": 17 },
              { "kind": "stepwise" }, { "kind": "stepwise", "spacing": "paperLike", "weights": [[0.1, 2e0], []] }] }
            """, """ "training": { "steps": 1 }, "evaluation": { "samples": 99 } """).Cells.Single().Samplers;
        Assert.Equal(
            ["stepwise(steps=10, eta=0) 17", "stepwise(steps=20, eta=0) 17", "stepwise 99", "stepwise(spacing=paperLike, weights=[0.1,2]) 99", "stepwise(spacing=paperLike, weights=[]) 99"],
            samplers.Select(sampler => $"{sampler.Label} {sampler.Samples}"));
        Assert.Equal("""{"steps":10}""", samplers[0].Changed.ToJsonString());
        Assert.Equal(2, samplers[0].Version);
    }

    [Fact]
    public void Without_samplers_the_first_that_fits_is_taken()
    {
        var cells = ReadModels("""{ "kind": "plain-toy" }, { "kind": "noisy-toy" }""").Cells;
        Assert.Equal(["once", "stepwise"], cells.Select(cell => Assert.Single(cell.Samplers).Label));
        Assert.Equal(2000, cells[0].Samplers[0].Samples);
    }

    [Fact]
    public void A_models_training_goes_over_the_shared_one_member_by_member()
    {
        var cells = ReadModels("""
            { "kind": "plain-toy" }, { "kind": "plain-toy", "training": { "steps": 20, "decay": "linear" } },
            { "kind": "plain-toy", "training": { "deviceSeconds": 1.5 } }
            """, """ "training": { "steps": 10, "batchSize": 8 } """).Cells;
        Assert.Equal([
            new TrainingSpec { Steps = 10, BatchSize = 8 },
            new TrainingSpec { Steps = 20, BatchSize = 8, Decay = "linear" },
            new TrainingSpec { DeviceSeconds = 1.5, BatchSize = 8 },
        ], cells.Select(cell => cell.Training));
    }

    [Fact]
    public void A_models_likelihood_goes_over_the_shared_one_member_by_member()
    {
        const string models = """
            { "kind": "noisy-toy" }, { "kind": "noisy-toy", "options": { "timesteps": 50 }, "likelihood": { "timesteps": 10 } },
            { "kind": "plain-toy", "likelihood": null }
            """;
        var shared = ReadModels(models, """ "training": { "steps": 1 }, "evaluation": { "likelihood": { "images": 5 } } """).Cells;
        Assert.Equal([new LikelihoodSpec { Images = 5 }, new LikelihoodSpec { Images = 5, Timesteps = 10 }, null], shared.Select(cell => cell.Evaluation.Likelihood));
        var alone = ReadModels(models).Cells;
        Assert.Equal([null, new LikelihoodSpec { Timesteps = 10 }, null], alone.Select(cell => cell.Evaluation.Likelihood));
    }

    [Fact]
    public void Evaluation_is_read_whole()
    {
        var evaluation = ReadModels("""{ "kind": "plain-toy" }""", """
            "training": { "images": 1 }, "evaluation": { "samples": 19, "reference": "train", "metrics": ["recall"], "seed": 4, "batchSize": 3, "cost": { "batchSizes": [2] } }
            """).Cells[0].Evaluation;
        Assert.Equal((19, "train", 4, 3), (evaluation.Samples, evaluation.Reference, evaluation.Seed, evaluation.BatchSize));
        Assert.Equal(["recall"], evaluation.Metrics);
        Assert.Equal([2], evaluation.Cost!.BatchSizes);
        Assert.Equal(3, evaluation.Cost.Repeats);
    }

    [Fact]
    public void Validation_frees_the_models_that_it_builds()
    {
        // TorchSharp counts a parameter twice at its making and once at its end, so the count grows even so: by this much.
        var before = TensorCount.AfterCollection();
        torch.nn.Linear(2, 2).Dispose();
        var perModel = torch.Tensor.TotalCount - before;

        before = TensorCount.AfterCollection();
        ReadModels("""{ "kind": "plain-toy", "options": { "latent": [1, 2, 3] } }""");
        Error(() => ReadModels("""{ "kind": "plain-toy", "samplers": [{ "kind": "stepwise" }] }"""));
        Assert.Equal(4 * perModel, torch.Tensor.TotalCount - before);
    }
}
