using System.Reflection;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Native;

namespace GenBench.Testing;

/// <summary>
/// What every model must do whatever it is: the suite's own models and a plug-in's are held to the same checks. They train and
/// sample on the CPU on small gray shapes, 16×16, of ten classes, or on points in the plane of eight, and take seconds. No test framework is
/// needed: a check that fails throws.
/// </summary>
public static class Conformance
{
    private static readonly (string Name, Action<ModelUnderTest> Run)[] All =
    [
        ("every objective has a finite loss and moves what it trains", TrainingChecks.EveryObjectiveHasAGradient),
        ("training repeats itself to the bit, and another seed differs", TrainingChecks.TrainingRepeatsItself),
        ("killed at any step and resumed, it ends with the same bits", TrainingChecks.KilledAndResumedItEndsTheSame),
        ("training leaves no tensor behind", TrainingChecks.TrainingLeavesNoTensorBehind),
        ("its weights make another the same model, and an image does not depend on its batch", SamplingChecks.ItsWeightsAreTheModel),
        ("its capabilities answer in the shapes that they promise", SamplingChecks.ItsCapabilitiesAnswer),
    ];

    /// <summary>The checks' names, in the order in which they run.</summary>
    public static IReadOnlyList<string> Checks { get; } = [.. All.Select(check => check.Name)];

    /// <summary>Runs every check over every model of an assembly.</summary>
    /// <exception cref="ConformanceException">A check failed, or there is no model.</exception>
    public static void Check(Assembly assembly)
    {
        var models = Registry.Scan(assembly).Models;
        if (models.Count == 0)
            throw new ConformanceException($"{assembly.GetName().Name}: defines no model");
        var registry = RegistryWith(assembly);
        Collect(models.Select<ModelDefinition, Action>(model => () => Check(model, registry)));
    }

    /// <summary>Runs every check over a model.</summary>
    /// <typeparam name="TModel">The model; it implements <see cref="IModelDefinition{TSelf, TOptions}"/>.</typeparam>
    /// <param name="options">Its options, of its own record; null for the defaults, but for <c>Timesteps</c>, where it has such an option: 20 of them.</param>
    /// <exception cref="ConformanceException">A check failed.</exception>
    public static void Check<TModel>(object? options = null)
        where TModel : IGenerativeModel
    {
        var model = Registry.Of(typeof(TModel)).Models.SingleOrDefault()
            ?? throw new ConformanceException($"{typeof(TModel)}: does not implement IModelDefinition of itself");
        Check(model, RegistryWith(typeof(TModel).Assembly), options);
    }

    /// <summary>Runs every check over a model that a registry found, on images and on points, whichever of them it does not refuse.</summary>
    /// <param name="model">The model.</param>
    /// <param name="registry">Whose samplers it is sampled by.</param>
    /// <param name="options">As in <see cref="Check{TModel}(object)"/>.</param>
    /// <exception cref="ConformanceException">A check failed.</exception>
    public static void Check(ModelDefinition model, Registry registry, object? options = null)
    {
        bool[] trials = [.. new[] { false, true }.Where(points => Takes(model, options, points))];
        if (trials.Length == 0)
            throw new ConformanceException($"{model.Kind}: takes neither gray images, 16×16, of ten classes nor points in the plane");
        Collect(trials.SelectMany(points => Checks.Select<string, Action>(check => () => Run(check, model, registry, options, points))));
    }

    /// <summary>Runs one check over a model.</summary>
    /// <param name="check">One of <see cref="Checks"/>.</param>
    /// <param name="model">The model.</param>
    /// <param name="registry">Whose samplers it is sampled by.</param>
    /// <param name="options">As in <see cref="Check{TModel}(object)"/>.</param>
    /// <param name="points">On points in the plane in place of images.</param>
    /// <exception cref="ConformanceException">The check failed.</exception>
    public static void Run(string check, ModelDefinition model, Registry registry, object? options = null, bool points = false)
    {
        TorchLibrary.Load();
        var where = $"{model.Kind}: {check}{(points ? ", on points" : "")}";
        using var subject = new ModelUnderTest(model, registry, options, points);
        try
        {
            All.Single(each => each.Name == check).Run(subject);
        }
        catch (ConformanceException error)
        {
            throw new ConformanceException($"{where}: {error.Message}", error);
        }
        catch (Exception error)
        {
            throw new ConformanceException($"{where}: threw {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Whether a model takes points in the plane, under its default options.</summary>
    /// <param name="model">The model.</param>
    public static bool TakesPoints(ModelDefinition model) => Takes(model, options: null, points: true);

    private static bool Takes(ModelDefinition model, object? options, bool points)
    {
        TorchLibrary.Load();
        using var subject = new ModelUnderTest(model, Registry.BuiltIn, options, points);
        try
        {
            subject.Create(seed: 0);
            return true;
        }
        catch (InvalidOptionException)
        {
            return false;
        }
        catch (Exception)
        {
            return true; // it does not refuse them, and the checks say what it threw
        }
    }

    private static Registry RegistryWith(Assembly assembly) => Registry.Scan([.. Registry.BuiltInAssemblies, assembly]);

    /// <summary>Does all of it, and throws what failed at the end.</summary>
    private static void Collect(IEnumerable<Action> actions)
    {
        var failures = new List<ConformanceException>();
        foreach (var action in actions)
        {
            try
            {
                action();
            }
            catch (ConformanceException error)
            {
                failures.Add(error);
            }
        }
        if (failures.Count > 0)
            throw new ConformanceException(string.Join('\n', failures.Select(failure => failure.Message)), failures[0]);
    }
}
