using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace GenBench.Testing;

/// <summary>A model with what it takes to build, train and sample it: short trainings on small shapes or on points, in a folder that goes with it.</summary>
internal sealed class ModelUnderTest : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("genbench-conformance-");
    private readonly int threads = get_num_threads();
    private readonly List<IGenerativeModel> made = [];
    private readonly ModelDefinition definition;
    private readonly Registry registry;
    private readonly object options;
    private readonly bool points;

    internal ModelUnderTest(ModelDefinition definition, Registry registry, object? options, bool points)
    {
        this.definition = definition;
        this.registry = registry;
        this.options = options ?? Defaults(definition.OptionsType);
        this.points = points;
        set_num_threads(1); // bits depend on the number of threads, and few of them are not worth waking for so little
    }

    internal DataSpec Data => TrialBatches.Describe(points);

    /// <summary>Few steps on few images, and the warm-up of the shipped experiments: at the full rate six steps on four images leave some Glows
    /// whose inverse overflows far from those images.</summary>
    internal static TrainingSpec Spec { get; } = new() { Steps = 6, BatchSize = TrialBatches.Size, WarmupSteps = 50 };

    /// <summary>Batches of the data.</summary>
    /// <param name="model">The model that they are for.</param>
    /// <param name="killAfter">Batches drawn before a <see cref="TimeoutException"/> ends the training.</param>
    /// <param name="drawn">Called before each draw.</param>
    /// <param name="seed">Seed of their order.</param>
    internal TrialBatches Batches(IGenerativeModel model, int killAfter = int.MaxValue, Action? drawn = null, long seed = 1) =>
        new(points, model.Encoding, killAfter, drawn, (ulong)seed);

    /// <summary>The model with fresh weights.</summary>
    internal IGenerativeModel Create(long seed)
    {
        random.manual_seed(seed).Dispose();
        var model = definition.Create(options, Data);
        made.Add(model);
        return model;
    }

    /// <summary>The model after a short training, in evaluation mode with averaged weights.</summary>
    internal IGenerativeModel Trained(string cell, long seed = 1)
    {
        var model = Create(seed);
        using var batches = Batches(model, seed: seed);
        Train(model, Spec, cell, batches);
        return model;
    }

    /// <summary>Trains, or goes on from what the cell's folder holds.</summary>
    internal void Train(IGenerativeModel model, TrainingSpec spec, string cell, IBatchSource batches) =>
        new Trainer(TimeProvider.System, NullLogger.Instance).Run(new TrainingJob(model, batches, spec, 7, "key", Folder(cell), CPU));

    internal CellFolder Folder(string cell) => new(Path.Combine(root.FullName, cell));

    /// <summary>Every sampler that fits, few steps where it takes steps.</summary>
    internal IEnumerable<(string Kind, ISampler Sampler)> Samplers(IGenerativeModel model)
    {
        foreach (var each in registry.Samplers)
        {
            var few = each.OptionsType.GetProperty("Steps") is null ? new JsonObject() : new JsonObject { ["steps"] = 3 };
            var sampler = registry.CreateSampler(registry.ChooseSampler(each.Kind, few, samples: 3));
            if (sampler.Fits(model))
                yield return (each.Kind, sampler);
        }
    }

    public void Dispose()
    {
        foreach (var model in made)
            model.Network.Dispose();
        set_num_threads(threads);
        root.Delete(recursive: true);
    }

    private static object Defaults(Type type)
    {
        var options = Activator.CreateInstance(type)!;
        type.GetProperty("Timesteps")?.SetValue(options, 20); // few enough to sample through all of them
        return options;
    }
}
