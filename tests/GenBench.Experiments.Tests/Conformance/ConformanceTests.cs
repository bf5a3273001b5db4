using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Plane;
using GenBench.Experiments;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Training;
using GenBench.Tests.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Conformance;

/// <summary>What every model must do, run over whatever the scan finds, with its default options but few timesteps, on small images and,
/// where it takes them, on points.</summary>
public sealed class ConformanceTests : TrainerFixture
{
    private static readonly ShapesOptions Images = new() { Train = 64, Validation = 0, Test = 10 };
    private static readonly GaussiansOptions Points = new() { Train = 64, Validation = 0, Test = 10 };

    /// <summary>A model's kind, and whether it is given points.</summary>
    public static TheoryData<string, bool> Cases { get; } = AllCases();

    private static TheoryData<string, bool> AllCases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (var model in Registry.BuiltIn.Models)
        {
            cases.Add(model.Kind, false);
            if (TakesPoints(model.Kind))
                cases.Add(model.Kind, true);
        }
        return cases;
    }

    private static bool TakesPoints(string kind)
    {
        try
        {
            Create(kind, points: true, seed: 0).Network.Dispose();
            return true;
        }
        catch (InvalidOptionException)
        {
            return false;
        }
    }

    [Theory]
    [InlineData("vae", true)]
    [InlineData("dcgan", true)]
    [InlineData("realnvp", true)]
    [InlineData("glow", true)]
    [InlineData("ddpm", true)]
    [InlineData("latent-diffusion", false)]
    public void Every_family_takes_points_but_the_one_that_shrinks_images(string kind, bool takes) => Assert.Equal(takes, TakesPoints(kind));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_objective_has_a_finite_loss_and_moves_what_it_trains_alone(string kind, bool points)
    {
        using var scope = NewDisposeScope();
        var model = Create(kind, points, seed: 1);
        using var batches = new Batches(points, model.Encoding);
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
    [MemberData(nameof(Cases))]
    public void Training_repeats_itself_to_the_bit_and_another_seed_differs(string kind, bool points)
    {
        var (first, second, other) = (Trained(kind, points, "first"), Trained(kind, points, "second"), Trained(kind, points, "other", seed: 2));
        AssertSameState(first.Network.state_dict(), second.Network.state_dict());
        Assert.Contains(first.Network.named_parameters(), pair => !pair.parameter.equal(other.Network.get_parameter(pair.name)!).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Killed_at_any_step_and_resumed_it_ends_with_the_same_bits(string kind, bool points)
    {
        var whole = Trained(kind, points, "whole");
        var spec = Spec with { CheckpointSeconds = 0 };
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            using var killed = new Batches(points, whole.Encoding, throwAfter: 2 * attempt);
            Assert.Throws<TimeoutException>(() => Train(Create(kind, points, 1), spec, "killed", killed));
        }
        using var batches = new Batches(points, whole.Encoding);
        var resumed = Create(kind, points, 1);
        Train(resumed, spec, "killed", batches);
        AssertSameState(whole.Network.state_dict(), resumed.Network.state_dict());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Its_weights_make_another_the_same_model_and_an_image_does_not_depend_on_its_batch(string kind, bool points)
    {
        var trained = Trained(kind, points, "trained");
        var copy = Create(kind, points, 5);
        WeightsFile.Load(Cell("trained").Weights, copy.Network);
        copy.Network.eval();
        using var scope = NewDisposeScope();
        foreach (var (sampler, options) in Samplers(trained))
        {
            Tensor Draw(IGenerativeModel model, int first, int count) =>
                sampler.Sample(model, new SampleRequest(new ImageNoise(9, first, count, CPU))).Images;
            using var noGrad = no_grad();
            var images = Draw(trained, 0, 3);
            var shape = Data(points).Shape;
            Assert.Equal([3, shape.Channels, shape.Height, shape.Width], images.shape);
            Assert.True(images.isfinite().all().item<bool>(), options);
            Assert.True(images.equal(Draw(copy, 0, 3)).all().item<bool>(), options);
            Assert.True(images[2..3].allclose(Draw(trained, 2, 1), 1e-3, 1e-3), options);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_leaves_no_tensor_behind(string kind, bool points)
    {
        var counts = new List<long>();
        var model = Create(kind, points, 1);
        using var batches = new Batches(points, model.Encoding, drawn: () => counts.Add(Tensor.TotalCount));
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
    [MemberData(nameof(Cases))]
    public void Its_capabilities_answer_in_the_shapes_they_promise(string kind, bool points)
    {
        var model = Trained(kind, points, "capable");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batches = new Batches(points, model.Encoding);
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

    /// <summary>Few steps on few images, and the warm-up of the shipped experiments: at the full rate six steps on four images leave some Glows
    /// whose inverse overflows far from those images.</summary>
    private static TrainingSpec Spec => new() { Steps = 6, BatchSize = 4, WarmupSteps = 50 };

    private static DataSpec Data(bool points) => points ? Gaussians.Describe(Points) : Shapes.Describe(Images);

    private static IGenerativeModel Create(string kind, bool points, long seed)
    {
        random.manual_seed(seed);
        var definition = Registry.BuiltIn.Models.Single(model => model.Kind == kind);
        var options = Activator.CreateInstance(definition.OptionsType)!;
        definition.OptionsType.GetProperty("Timesteps")?.SetValue(options, 20); // few enough to sample through all of them
        return definition.Create(options, Data(points));
    }

    private IGenerativeModel Trained(string kind, bool points, string cell, long seed = 1)
    {
        var model = Create(kind, points, seed);
        using var batches = new Batches(points, model.Encoding, seed: (ulong)seed);
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

    /// <summary>Batches of four shapes or points; as if killed where asked.</summary>
    private sealed class Batches : IBatchSource, IDisposable
    {
        private readonly Dataset _dataset;
        private readonly DatasetBatches _batches;
        private readonly Action? _drawn;
        private readonly int _throwAfter;
        private int _draws;

        internal Batches(bool points, PixelEncoding encoding, int throwAfter = int.MaxValue, Action? drawn = null, ulong seed = 1)
        {
            _dataset = points ? Gaussians.Open(Points, "") : Shapes.Open(Images, "");
            _batches = new DatasetBatches(_dataset.Train, batchSize: 4, encoding, flip: false, seed, CPU);
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
            _dataset.Dispose();
        }
    }
}
