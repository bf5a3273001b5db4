using static GenBench.Tests.Experiments.ExperimentText;

namespace GenBench.Tests.Experiments;

/// <summary>Every refusal, with its line, column, path and mend.</summary>
public sealed class ExperimentErrorTests
{
    // The models' list begins in line 3.
    [Theory]
    [InlineData("""{ "kind": "plain-toy", "optoins": {} }""", "3:24: models[0].optoins: unknown member; did you mean 'options'?")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latnet": 1 } }""", "3:37: models[0].options.latnet: unknown member; did you mean 'latent'?")]
    [InlineData("""{ "kind": "plain-toy", "options": { "inner": { "skipp": true } } }""", "3:48: models[0].options.inner.skipp: unknown member; did you mean 'skip'?")]
    [InlineData("""{ "kind": "plain-toy", "options": { "colour": 1 } }""", "3:37: models[0].options.colour: unknown member; known are latent, beta, likelihood, widths, inner, spacing, limit, note")]
    [InlineData("""{ "options": {} }""", "3:1: models[0]: 'kind' is missing; give it")]
    [InlineData("""{ "kind": "plan-toy" }""", "3:11: models[0].kind: unknown model 'plan-toy'; did you mean 'plain-toy'?")]
    [InlineData("""{ "kind": 3 }""", "3:11: models[0].kind: expected a string, found a number")]
    [InlineData("5", "3:1: models[0]: expected an object, found a number")]
    [InlineData("", "2:11: models: the list is empty; give at least one item")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": "7" } }""", "3:47: models[0].options.latent: expected a whole number, found a string")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": 7.5 } }""", "3:47: models[0].options.latent: expected a whole number of 32 bits, found 7.5")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": null } }""", "3:47: models[0].options.latent: expected a whole number, found null")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": 0 } }""", "3:47: models[0].options.latent: must be between 1 and 1024, found 0")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": [4, 0] } }""", "3:51: models[0].options.latent[1]: must be between 1 and 1024, found 0")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": [] } }""", "3:47: models[0].options.latent: the list is empty; give at least one item")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": { "a": 1 } } }""", "3:47: models[0].options.latent: expected a whole number, found an object")]
    [InlineData("""{ "kind": "plain-toy", "options": { "beta": true } }""", "3:45: models[0].options.beta: expected a number, found true")]
    [InlineData("""{ "kind": "plain-toy", "options": { "beta": 1e999 } }""", "3:45: models[0].options.beta: expected a number of double precision, found 1e999")]
    [InlineData("""{ "kind": "plain-toy", "options": { "likelihood": "bernouli" } }""", "3:51: models[0].options.likelihood: must be one of bernoulli, logistic, found 'bernouli'; did you mean 'bernoulli'?")]
    [InlineData("""{ "kind": "plain-toy", "options": { "likelihood": "gauss" } }""", "3:51: models[0].options.likelihood: must be one of bernoulli, logistic, found 'gauss'")]
    [InlineData("""{ "kind": "plain-toy", "options": { "spacing": "paperlike" } }""", "3:48: models[0].options.spacing: must be one of uniform, paperLike, found 'paperlike'; did you mean 'paperLike'?")]
    [InlineData("""{ "kind": "plain-toy", "options": { "widths": 8 } }""", "3:47: models[0].options.widths: expected a list, found a number")]
    [InlineData("""{ "kind": "plain-toy", "options": { "widths": [8, 0] } }""", "3:51: models[0].options.widths[1]: must be between 1 and 512, found 0")]
    [InlineData("""{ "kind": "plain-toy", "options": { "widths": [8, null] } }""", "3:51: models[0].options.widths[1]: expected a whole number, found null")]
    [InlineData("""{ "kind": "plain-toy", "options": { "widths": [[8], 9] } }""", "3:53: models[0].options.widths[1]: expected a list, found a number")]
    [InlineData("""{ "kind": "plain-toy", "options": { "limit": 0 } }""", "3:46: models[0].options.limit: must be at least 1, found 0")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": 65 } }""", "3:47: models[0].options.latent: must be at most 64, the values of one image; lower it")]
    [InlineData("""{ "kind": "plain-toy", "options": { "latent": [3, 65] } }""", "3:51: models[0].options.latent[1]: must be at most 64, the values of one image; lower it")]
    [InlineData("""{ "kind": "plain-toy", "options": { "inner": { "depth": 4, "skip": true } } }""", "3:57: models[0].options.inner.depth: must be below 4 with skip")]
    public void A_wrong_model_is_placed(string model, string message) => Assert.Equal($"x.json:{message}", Error(() => ReadModels(model)));

    [Theory]
    [InlineData("""{ "kind": "stepwise", "step": 3 }""", "3:59: models[0].samplers[0].step: unknown member; did you mean 'steps'?")]
    [InlineData("""{ "kind": "stepwise", "sample": 3 }""", "3:59: models[0].samplers[0].sample: unknown member; did you mean 'samples'?")]
    [InlineData("""{ "kind": "stepwise", "samples": [3, 4] }""", "3:70: models[0].samplers[0].samples: expected a whole number, found a list; only lists in options, samplers and datasets multiply the matrix")]
    [InlineData("""{ "kind": "stepwise", "samples": 1 }""", "3:70: models[0].samplers[0].samples: must be between 10 and 10000000, found 1")]
    [InlineData("""{ "kind": "stepwise", "eta": 1.5 }""", "3:66: models[0].samplers[0].eta: must be between 0 and 1, found 1.5")]
    [InlineData("""{ "kind": "stepwise", "steps": [3, 101] }""", "3:72: models[0].samplers[0].steps[1]: must be at most 100, the model's timesteps")]
    [InlineData("""{ "kind": "once" }""", "3:37: models[0].samplers[0]: sampler 'once' does not fit model 'noisy-toy'; samplers that fit: stepwise")]
    [InlineData("""{ "kind": "onec" }""", "3:47: models[0].samplers[0].kind: unknown sampler 'onec'; did you mean 'once'?")]
    [InlineData("""{ "kind": "stepwise" }, { "kind": "stepwise", "steps": [10, 50] }""", "3:61: models[0].samplers[1]: stepwise(steps=50) is the same setting as one of models[0].samplers[0]; remove one")]
    [InlineData("""{ "kind": "stepwise", "eta": [0, 0.0] }""", "3:37: models[0].samplers[0]: stepwise(eta=0) is the same setting as one of models[0].samplers[0]; remove one")]
    public void A_wrong_sampler_is_placed(string samplers, string message) =>
        Assert.Equal($"x.json:{message}", Error(() => ReadModels($$"""{ "kind": "noisy-toy", "samplers": [{{samplers}}] }""")));

    [Fact]
    public void A_default_setting_that_does_not_suit_the_model_is_charged_to_the_model() =>
        Assert.Equal("x.json:3:1: models[0].samplers.steps: must be at most 20, the model's timesteps",
            Error(() => ReadModels("""{ "kind": "noisy-toy", "options": { "timesteps": 20 } }""")));

    // The shared members stand in line 5.
    [Theory]
    [InlineData(""" "training": {} """, "3:1: models[0]: no training budget; give one of steps, images or deviceSeconds in 'training'")]
    [InlineData(""" "seeds": [0] """, "3:1: models[0]: no training budget; give one of steps, images or deviceSeconds in 'training'")]
    [InlineData(""" "training": { "steps": null } """, "3:1: models[0]: no training budget; give one of steps, images or deviceSeconds in 'training'")]
    [InlineData(""" "training": { "steps": 1, "images": 2 } """, "5:28: training.images: a second budget beside steps; give only one of steps, images or deviceSeconds")]
    [InlineData(""" "training": { "steps": [1, 2] } """, "5:25: training.steps: expected a whole number, found a list; only lists in options, samplers and datasets multiply the matrix")]
    [InlineData(""" "training": { "steps": 0 } """, "5:25: training.steps: must be at least 1, found 0")]
    [InlineData(""" "training": { "steps": 1, "decay": "linaer" } """, "5:37: training.decay: must be one of constant, linear, cosine, found 'linaer'; did you mean 'linear'?")]
    [InlineData(""" "training": { "steps": 1, "batchsize": 3 } """, "5:28: training.batchsize: unknown member; did you mean 'batchSize'?")]
    [InlineData(""" "training": { "steps": 1 }, "evaluation": { "metrics": ["fid_clff"] } """, "5:58: evaluation.metrics[0]: unknown metric 'fid_clff'; did you mean 'fid_clf'?")]
    [InlineData(""" "training": { "steps": 1 }, "evaluation": { "metrics": ["recall", "recall"] } """, "5:68: evaluation.metrics[1]: 'recall' is given twice; remove one")]
    [InlineData(""" "training": { "steps": 1 }, "evaluation": { "likelihood": { "image": 3 } } """, "5:62: evaluation.likelihood.image: unknown member; did you mean 'images'?")]
    [InlineData(""" "training": { "steps": 1 }, "evaluation": { "cost": { "batchSizes": [1, 0] } } """, "5:74: evaluation.cost.batchSizes[1]: must be between 1 and 65536, found 0")]
    [InlineData(""" "training": { "steps": 1 }, "evaluation": [] """, "5:44: evaluation: expected an object, found a list")]
    [InlineData(""" "training": { "steps": 1 }, "evaluation": { "snapshots": "best" } """, "5:59: evaluation.snapshots: no model keeps snapshots to choose from; set training.snapshots to 2 or more, or leave this out")]
    [InlineData(""" "training": { "steps": 1 }, "seeds": [0, 1, 0] """, "5:46: seeds[2]: the seed 0 is given twice; remove one")]
    [InlineData(""" "training": { "steps": 1 }, "seeds": [-1] """, "5:40: seeds[0]: must be at least 0, found -1")]
    [InlineData(""" "training": { "steps": 1 }, "seeds": [] """, "5:39: seeds: the list is empty; give at least one seed")]
    [InlineData(""" "training": { "steps": 1 }, "seeds": 0 """, "5:39: seeds: expected a list, found a number")]
    public void A_wrong_shared_member_is_placed(string rest, string message) =>
        Assert.Equal($"x.json:{message}", Error(() => ReadModels("""{ "kind": "plain-toy" }""", rest)));

    [Theory]
    [InlineData("""{ "kind": "plain-toy", "training": { "images": 5, "deviceSeconds": 1 } }""", "3:51: models[0].training.deviceSeconds: a second budget beside images; give only one of steps, images or deviceSeconds")]
    [InlineData("""{ "kind": "plain-toy", "training": { "ema": 1 } }""", "3:45: models[0].training.ema: must be between 0 and 0.999999, found 1")]
    [InlineData("""{ "kind": "plain-toy", "likelihood": { "timesteps": 0 } }""", "3:53: models[0].likelihood.timesteps: must be between 1 and 100000, found 0")]
    [InlineData("""{ "kind": "plain-toy", "likelihood": 5 }""", "3:38: models[0].likelihood: expected an object, found a number")]
    public void A_wrong_override_is_placed(string model, string message) => Assert.Equal($"x.json:{message}", Error(() => ReadModels(model)));

    [Theory]
    [InlineData("""{ "kind": "plain-toy" }, { "kind": "plain-toy", "options": { "latent": 32 } }""", "3:26: models[1]: trains the same as models[0] does already; join the two or change an option")]
    [InlineData("""{ "kind": "plain-toy", "options": { "beta": [1, 1.0] } }""", "3:1: models[0]: trains the same as models[0] does already; join the two or change an option")]
    [InlineData("""{ "kind": "plain-toy" }, { "kind": "plain-toy", "training": { "logEvery": 3 } }""", "3:26: models[1]: trains the same as models[0] does already; join the two or change an option")]
    public void Training_the_same_twice_is_an_error(string models, string message) => Assert.Equal($"x.json:{message}", Error(() => ReadModels(models)));

    [Theory]
    [InlineData("""{ "name": "mnits" }""", "1:40: datasets[0].name: unknown dataset 'mnits'; known are dots")]
    [InlineData("""{ }""", "1:30: datasets[0]: 'name' is missing; give it")]
    [InlineData("""{ "name": "dots", "nane": 1 }""", "1:48: datasets[0].nane: unknown member; did you mean 'name'?")]
    [InlineData("""{ "name": "dots", "resolution": [8, 3] }""", "1:66: datasets[0].resolution[1]: must be between 4 and 64, found 3")]
    [InlineData("""{ "name": "dots", "resolution": 7 }""", "1:62: datasets[0].resolution: must be even")]
    [InlineData("""{ "name": "dots" }, { "name": "dots", "resolution": 8 }""", "1:50: datasets[1]: the same dataset as datasets[0]; remove one")]
    public void A_wrong_dataset_is_placed(string datasets, string message) => Assert.Equal($"x.json:{message}", Error(() => Read(
        $$"""{ "name": "t", "datasets": [ {{datasets}} ], "models": [{ "kind": "plain-toy" }], "training": { "steps": 1 } }""")));

    [Theory]
    [InlineData("\"../up\"", "found '../up'")]
    [InlineData("\"\"", "found ''")]
    [InlineData("\".hidden\"", "found '.hidden'")]
    [InlineData("\"a b\"", "found 'a b'")]
    public void A_name_that_is_no_folder_is_refused(string name, string found)
    {
        var message = Error(() => Read($$"""{ "name": {{name}}, "datasets": [{ "name": "dots" }], "models": [{ "kind": "plain-toy" }] }"""));
        Assert.StartsWith("x.json:1:11: name: must name a folder", message, StringComparison.Ordinal);
        Assert.EndsWith(found, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "x.json:1:1: 'name' is missing; give it")]
    [InlineData("""{ "name": "t" }""", "x.json:1:1: 'datasets' is missing; give it")]
    [InlineData("""{ "name": "t", "datasets": [{ "name": "dots" }] }""", "x.json:1:1: 'models' is missing; give it")]
    public void A_missing_member_is_named(string text, string message) => Assert.Equal(message, Error(() => Read(text)));
}
