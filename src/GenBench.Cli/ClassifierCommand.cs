using System.CommandLine;
using GenBench.Experiments;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;
using GenBench.Metrics.Classifier;
using GenBench.Native;

namespace GenBench.Cli;

/// <summary><c>genbench classifier train NAME --out FILE</c>: makes a dataset's feature extractor.</summary>
internal static class ClassifierCommand
{
    internal static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A labelled dataset, with its default options." };
        var output = new Option<string>("--out") { Description = "The safetensors file to write.", Required = true };
        var data = CommonOptions.Data();
        var seed = new Option<int>("--seed") { Description = "Seed of weights and order." };
        var train = new Command("train", "Train a dataset's classifier on its own labels.") { name, output, data, seed };
        train.SetAction(parsed => Train(parsed.GetValue(name)!, parsed.GetValue(output)!, parsed.GetValue(data)!, parsed.GetValue(seed)));
        return new Command("classifier", "Make the classifiers whose features the metrics use.") { train };
    }

    private static int Train(string name, string output, string data, int seed)
    {
        TorchLibrary.Load();
        var registry = Registry.BuiltIn;
        using var dataset = registry.OpenDataset(registry.ChooseDataset(name, []), data);
        AtomicFile.Write(output, stream =>
        {
            var accuracy = ClassifierTraining.TrainAndSave(dataset, seed, stream, new ConsoleLines());
            Console.WriteLine($"{output}: test accuracy {accuracy:0.00%}");
        });
        return ExitCodes.Success;
    }

    private sealed class ConsoleLines : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine(value);
    }
}
