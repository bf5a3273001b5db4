using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Native;
using Spectre.Console;

namespace GenBench.Cli;

/// <summary><c>genbench sample CELL_DIR --count N --out FILE</c>: draws images from a trained cell.</summary>
internal static class SampleCommand
{
    private const int BatchSize = 250, GridColumns = 10, GridSide = 56;

    internal static Command Create()
    {
        var folder = new Argument<string>("CELL_DIR") { Description = "A trained cell's folder." };
        var count = new Option<int>("--count") { Description = "Number of images.", Required = true };
        var output = new Option<string>("--out") { Description = "A .png (one grid), a .npz (arr_0, uint8 [N, H, W, C]), or a folder for one PNG an image; of points a .npz (arr_0, float32 [N, D]).", Required = true };
        var sampler = new Option<string?>("--sampler") { Description = "The sampler's kind (default: the cell's first setting)." };
        Option<double?>[] settings =
        [
            new("--steps") { Description = "Steps of the sampler." },
            new("--eta") { Description = "Noise of DDIM's steps." },
            new("--guidance") { Description = "Scale of classifier-free guidance; 1 for none." },
            new("--temperature") { Description = "Standard deviation of the latent prior relative to training." },
        ];
        var labels = new Option<string?>("--labels") { Description = "Classes to ask for in turn, e.g. 3,7 (default: all)." };
        var seed = new Option<int>("--seed") { Description = "Seed of the samples; 0 draws the images of an evaluation." };
        var device = CommonOptions.Device();
        var plugin = CommonOptions.Plugin();
        var command = new Command("sample", "Draw images from a trained cell.") { folder, count, output, sampler, labels, seed, device, plugin };
        foreach (var setting in settings)
            command.Add(setting);
        // On a thread of its own: the signal handlers are only in place once the action has returned its task.
        command.SetAction((parsed, cancellation) => Task.Factory.StartNew(() =>
        {
            var given = new JsonObject(settings.Where(setting => parsed.GetValue(setting) is not null)
                .Select(setting => KeyValuePair.Create(setting.Name.TrimStart('-'), (JsonNode?)parsed.GetValue(setting)!.Value)));
            if (Path.GetDirectoryName(Path.GetFullPath(parsed.GetValue(output)!)) is { } parent && !Directory.Exists(parent))
                throw new BadInputException($"--out {parsed.GetValue(output)}: there is no folder {parent}; make it first");
            TorchLibrary.Load();
            var target = Devices.Parse(parsed.GetValue(device)!);
            var cell = new CellFolder(Path.GetFullPath(parsed.GetValue(folder)!));
            var registry = Plugins.Load(parsed.GetValue(plugin)!).Recalling(Path.Combine(cell.Path, "..", ".."));
            using var trained = TrainedModel.Load(cell, registry, target);
            CheckOutput(parsed.GetValue(output)!, trained.Cell);
            var choice = Choose(registry, trained.Cell, parsed.GetValue(sampler), given, parsed.GetValue(count));
            using var samples = Draw(registry.CreateSampler(choice), trained, choice, Classes(trained.Model, parsed.GetValue(labels)), parsed.GetValue(seed), target, cancellation);
            Write(parsed.GetValue(output)!, samples);
            Console.WriteLine($"{parsed.GetValue(output)}: {choice.Samples} images by {choice.Label}, {samples.Nfe} network evaluations each");
            return ExitCodes.Success;
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return command;
    }

    private static void CheckOutput(string output, Cell cell)
    {
        if (cell.Dataset.Data.Values == DataValues.Reals && !output.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            throw new BadInputException($"--out {output}: samples of {cell.Dataset.Name} are real values and no images; name a .npz");
    }

    /// <summary>The setting named, or the cell's first with what is given on top.</summary>
    private static SamplerChoice Choose(Registry registry, Cell cell, string? kind, JsonObject given, int count)
    {
        if (count < 1)
            throw new BadInputException($"--count {count}: must be at least 1");
        var first = cell.Samplers[0];
        var options = kind is null || kind == first.Kind ? (JsonObject)first.Changed.DeepClone() : [];
        foreach (var (name, value) in given)
            options[name] = value!.GetValue<double>() is var number && number == Math.Truncate(number) ? (long)number : number;
        return registry.ChooseSampler(kind ?? first.Kind, options, count);
    }

    private static long[]? Classes(IGenerativeModel model, string? labels)
    {
        if (labels is null)
            return null;
        if (model is not IConditionalModel conditional)
            throw new BadInputException("--labels: this model was not trained on classes; leave it out");
        return [.. labels.Split(',', StringSplitOptions.TrimEntries).Select(label =>
            long.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < conditional.Classes
                ? value
                : throw new BadInputException($"--labels {label}: classes are numbered from 0 to {conditional.Classes - 1}"))];
    }

    private static DrawnSamples Draw(
        ISampler sampler, TrainedModel trained, SamplerChoice choice, long[]? classes, int seed, TorchSharp.torch.Device device, CancellationToken cancellation)
    {
        if (!sampler.Fits(trained.Model))
            throw new BadInputException($"--sampler {choice.Kind}: does not fit {trained.Cell.Model.Kind}");
        try
        {
            sampler.Check(trained.Model);
        }
        catch (InvalidOptionException error)
        {
            throw new BadInputException($"--{error.Option}: {error.Reason}", error);
        }
        return AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask(choice.Label, maxValue: choice.Samples);
            return SampleDrawer.Draw(
                trained.Model, sampler, choice.Samples, SampleDrawer.Seed(trained.Cell.Evaluation with { Seed = seed }), BatchSize, device,
                new SynchronousProgress(progress => task.Value = progress.Images), cancellation, classes, trained.Cell.Dataset.Data.Values);
        });
    }

    private static void Write(string output, DrawnSamples samples)
    {
        if (samples.Images.dtype == TorchSharp.torch.ScalarType.Float32)
        {
            NpzFile.WriteReals(output, samples.Images, samples.Labels?.data<long>().ToArray());
            return;
        }
        using var pixels = samples.Images.permute(0, 2, 3, 1).contiguous();
        var (n, h, w, c) = ((int)pixels.shape[0], (int)pixels.shape[1], (int)pixels.shape[2], (int)pixels.shape[3]);
        var bytes = pixels.bytes.ToArray();
        switch (Path.GetExtension(output).ToLowerInvariant())
        {
            case ".png":
                ImageGrid.Write(output, bytes, n, h, w, c, GridColumns, Math.Max(1, GridSide / h));
                break;
            case ".npz":
                NpzFile.WriteImages(output, [bytes], n, h, w, c, samples.Labels?.data<long>().ToArray());
                break;
            default:
                Directory.CreateDirectory(output);
                for (var i = 0; i < n; i++)
                    PngFile.Write(Path.Combine(output, string.Create(CultureInfo.InvariantCulture, $"{i:00000}.png")), bytes.AsSpan(i * h * w * c, h * w * c), h, w, c);
                break;
        }
    }

    private sealed class SynchronousProgress(Action<DrawProgress> report) : IProgress<DrawProgress>
    {
        public void Report(DrawProgress value) => report(value);
    }
}
