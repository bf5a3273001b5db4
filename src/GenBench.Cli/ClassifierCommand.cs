using System.CommandLine;
using System.Globalization;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Results;
using GenBench.Metrics.Classifier;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Cli;

/// <summary><c>genbench classifier train NAME --out FILE</c>: makes a dataset's feature extractor. The defaults and one
/// thread made the frozen ones, but for what their metadata say.</summary>
internal static class ClassifierCommand
{
    internal static Command Create()
    {
        var standard = new ClassifierRecipe();
        var name = new Argument<string>("NAME") { Description = "A labelled dataset, with its default options." };
        var output = new Option<string>("--out") { Description = "The safetensors file to write.", Required = true };
        var data = CommonOptions.Data();
        var seed = new Option<int>("--seed") { Description = "Seed of weights, order and shifts." };
        var threads = new Option<int>("--threads") { Description = "CPU threads; the bits depend on them.", DefaultValueFactory = _ => 1 };
        var steps = new Option<int>("--steps") { Description = "Training steps.", DefaultValueFactory = _ => standard.Steps };
        var batchSize = new Option<int>("--batch-size") { Description = "Images per step.", DefaultValueFactory = _ => standard.BatchSize };
        var learningRate = new Option<double>("--learning-rate") { Description = "Highest learning rate.", DefaultValueFactory = _ => standard.LearningRate };
        var weightDecay = new Option<double>("--weight-decay") { Description = "AdamW's weight decay.", DefaultValueFactory = _ => standard.WeightDecay };
        var shift = new Option<int>("--shift") { Description = "Pixels that an image is moved by at most.", DefaultValueFactory = _ => standard.Shift };
        var flip = new Option<bool>("--flip") { Description = "Mirror half of the images left to right." };
        var train = new Command("train", "Train a dataset's classifier on its own labels.")
        {
            name, output, data, seed, threads, steps, batchSize, learningRate, weightDecay, shift, flip,
        };
        train.SetAction(parsed =>
        {
            var recipe = new ClassifierRecipe
            {
                Steps = parsed.GetValue(steps),
                BatchSize = parsed.GetValue(batchSize),
                LearningRate = parsed.GetValue(learningRate),
                WeightDecay = parsed.GetValue(weightDecay),
                Shift = parsed.GetValue(shift),
                Flip = parsed.GetValue(flip),
            };
            if (recipe is { Steps: < 1 } or { BatchSize: < 1 } or { Shift: < 0 } || parsed.GetValue(threads) < 1)
                throw new BadInputException("--steps, --batch-size and --threads must be at least 1, --shift at least 0");
            TorchLibrary.Load();
            set_num_threads(parsed.GetValue(threads));
            Train(parsed.GetValue(name)!, parsed.GetValue(output)!, parsed.GetValue(data)!, parsed.GetValue(seed), recipe);
        });
        return new Command("classifier", "Make the classifiers whose features the metrics use.") { train };
    }

    private static void Train(string name, string output, string data, int seed, ClassifierRecipe recipe)
    {
        var registry = Registry.BuiltIn;
        using var dataset = registry.OpenDataset(registry.ChooseDataset(name, []), data);
        AtomicFile.Write(output, stream =>
        {
            var accuracy = ClassifierTraining.TrainAndSave(dataset, seed, stream, new ConsoleLines(), recipe);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: test accuracy {accuracy:0.00%}"));
        });
    }

    private sealed class ConsoleLines : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine(value);
    }
}
