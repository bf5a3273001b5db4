using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Training;
using GenBench.Tests.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Conformance;

/// <summary>What every model must do, run over whatever the scan finds, with its default options but few timesteps, on small images.</summary>
public sealed class ConformanceTests : TrainerFixture
{
    private static readonly DataSpec Data = new(new ImageShape(1, 16, 16), 10);

    public static TheoryData<string> Kinds => [.. Registry.BuiltIn.Models.Select(model => model.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_objective_has_a_finite_loss_and_moves_what_it_trains_alone(string kind)
    {
        using var scope = NewDisposeScope();
        var model = Create(kind, seed: 1);
        using var batches = new ShapeBatches(model.Encoding);
        foreach (var stage in model.Stages)
        {
            model.Network.train();
            using (no_grad())
                stage.Initialize?.Invoke(batches.Draw(0));
            foreach (var objective in stage.Objectives)
            {
                if (objective.ClosedForm)
                {
                    SetsWhatItTrains(objective, batches.Draw(1));
                    continue;
                }
                model.Network.zero_grad();
                var own = new HashSet<Tensor>(objective.Trained.parameters(), ReferenceEqualityComparer.Instance);
                foreach (var parameter in model.Network.parameters())
                    parameter.requires_grad = own.Contains(parameter);
                var loss = objective.Evaluate(batches.Draw(1)).Total;
                Assert.Empty(loss.shape);
                loss.backward();
                Assert.True(loss.isfinite().item<bool>(), objective.Name);
                Assert.All(own, parameter => Assert.True(parameter.grad is null || parameter.grad.isfinite().all().item<bool>()));
                Assert.Contains(own, parameter => parameter.grad is { } gradient && gradient.abs().max().item<float>() > 0);
            }
        }
    }

    private static void SetsWhatItTrains(Objective objective, Batch batch)
    {
        var before = objective.Trained.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        using (no_grad())
        {
            var loss = objective.Evaluate(batch).Total;
            Assert.Empty(loss.shape);
            Assert.True(loss.isfinite().item<bool>(), objective.Name);
        }
        Assert.All(objective.Trained.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
        Assert.Contains(objective.Trained.parameters().Zip(before), pair => !pair.First.equal(pair.Second).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_repeats_itself_to_the_bit_and_another_seed_differs(string kind)
    {
        var (first, second, other) = (Trained(kind, "first"), Trained(kind, "second"), Trained(kind, "other", seed: 2));
        AssertSameState(first.Network.state_dict(), second.Network.state_dict());
        Assert.Contains(first.Network.named_parameters(), pair => !pair.parameter.equal(other.Network.get_parameter(pair.name)!).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Killed_at_any_step_and_resumed_it_ends_with_the_same_bits(string kind)
    {
        var whole = Trained(kind, "whole");
        var spec = Spec with { CheckpointSeconds = 0 };
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            using var killed = new ShapeBatches(whole.Encoding, throwAfter: 2 * attempt);
            Assert.Throws<TimeoutException>(() => Train(Create(kind, 1), spec, "killed", killed));
        }
        using var batches = new ShapeBatches(whole.Encoding);
        var resumed = Create(kind, 1);
        Train(resumed, spec, "killed", batches);
        AssertSameState(whole.Network.state_dict(), resumed.Network.state_dict());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_weights_make_another_the_same_model_and_an_image_does_not_depend_on_its_batch(string kind)
    {
        var trained = Trained(kind, "trained");
        var copy = Create(kind, 5);
        WeightsFile.Load(Cell("trained").Weights, copy.Network);
        copy.Network.eval();
        using var scope = NewDisposeScope();
        foreach (var (sampler, options) in Samplers(trained))
        {
            Tensor Draw(IGenerativeModel model, int first, int count) =>
                sampler.Sample(model, new SampleRequest(new ImageNoise(9, first, count, CPU))).Images;
            using var noGrad = no_grad();
            var images = Draw(trained, 0, 3);
            Assert.Equal([3, Data.Shape.Channels, Data.Shape.Height, Data.Shape.Width], images.shape);
            Assert.True(images.isfinite().all().item<bool>(), options);
            Assert.True(images.equal(Draw(copy, 0, 3)).all().item<bool>(), options);
            Assert.True(images[2..3].allclose(Draw(trained, 2, 1), 1e-3, 1e-3), options);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_leaves_no_tensor_behind(string kind)
    {
        var counts = new List<long>();
        var model = Create(kind, 1);
        using var batches = new ShapeBatches(model.Encoding, drawn: () => counts.Add(Tensor.TotalCount));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Train(model, Spec with { Steps = 12 * model.Stages.Count, LogEvery = 1000 }, "leak", batches);
        // Within a stage every step sees the same counts as the one before.
        var draws = model.Stages.Select(stage => stage.Objectives.Sum(objective => objective.Repeats)).ToArray();
        var start = 0;
        foreach (var (stage, perStep) in model.Stages.Zip(draws))
        {
            start += stage.Initialize is null ? 0 : 1;
            var steps = (int)Math.Round(12 * model.Stages.Count * stage.Share / model.Stages.Sum(each => each.Share));
            var seen = counts.Skip(start).Take(steps * perStep).Chunk(perStep).Skip(2).Select(step => string.Join(' ', step)).Distinct();
            Assert.Single(seen);
            start += steps * perStep;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_capabilities_answer_in_the_shapes_they_promise(string kind)
    {
        var model = Trained(kind, "capable");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batches = new ShapeBatches(model.Encoding);
        var batch = batches.Draw(0);
        Assert.True(model.MacsPerEvaluation > 0);
        Assert.NotEmpty(Samplers(model));
        if (model is ILikelihoodModel likelihood)
        {
            var request = new LikelihoodRequest(new ImageNoise(1, 0, 4, CPU)) { ImportanceSamples = 3, Timesteps = 3 };
            Assert.All(likelihood.Likelihood(batch, request), estimate =>
            {
                Assert.Equal([4], estimate.PerImage.shape);
                Assert.True(estimate.PerImage.isfinite().all().item<bool>(), estimate.Kind);
            });
        }
        if (model is IReconstructingModel reconstructing)
            Assert.Equal(batch.Images.shape, reconstructing.Reconstruct(batch.Images).shape);
    }

    private static TrainingSpec Spec => new() { Steps = 6, BatchSize = 4 };

    private static IGenerativeModel Create(string kind, long seed)
    {
        random.manual_seed(seed);
        var definition = Registry.BuiltIn.Models.Single(model => model.Kind == kind);
        var options = Activator.CreateInstance(definition.OptionsType)!;
        definition.OptionsType.GetProperty("Timesteps")?.SetValue(options, 20); // few enough to sample through all of them
        return definition.Create(options, Data);
    }

    private IGenerativeModel Trained(string kind, string cell, long seed = 1)
    {
        var model = Create(kind, seed);
        using var batches = new ShapeBatches(model.Encoding, seed: (ulong)seed);
        Train(model, Spec, cell, batches);
        return model;
    }

    /// <summary>Every sampler that fits, few steps where it takes steps.</summary>
    private static IEnumerable<(ISampler Sampler, string Kind)> Samplers(IGenerativeModel model)
    {
        foreach (var definition in Registry.BuiltIn.Samplers)
        {
            var few = definition.OptionsType.GetProperty("Steps") is null ? new JsonObject() : new JsonObject { ["steps"] = 3 };
            var sampler = Registry.BuiltIn.CreateSampler(Registry.BuiltIn.ChooseSampler(definition.Kind, few, samples: 3));
            if (sampler.Fits(model))
                yield return (sampler, definition.Kind);
        }
    }

    /// <summary>Batches of four shapes; as if killed where asked.</summary>
    private sealed class ShapeBatches : IBatchSource, IDisposable
    {
        private readonly Dataset _shapes = Shapes.Open(new ShapesOptions { Train = 64, Validation = 0, Test = 10 }, "");
        private readonly DatasetBatches _batches;
        private readonly Action? _drawn;
        private readonly int _throwAfter;
        private int _draws;

        internal ShapeBatches(PixelEncoding encoding, int throwAfter = int.MaxValue, Action? drawn = null, ulong seed = 1)
        {
            _batches = new DatasetBatches(_shapes.Train, batchSize: 4, encoding, flip: false, seed, CPU);
            _throwAfter = throwAfter;
            _drawn = drawn;
        }

        public Batch Draw(long number)
        {
            _drawn?.Invoke();
            return _draws++ < _throwAfter ? _batches.Draw(number) : throw new TimeoutException("killed");
        }

        public void Dispose()
        {
            _batches.Dispose();
            _shapes.Dispose();
        }
    }
}
