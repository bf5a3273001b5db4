using System.CommandLine;
using System.Globalization;
using GenBench.Experiments;
using GenBench.Experiments.SampleSets;

namespace GenBench.Cli;

/// <summary><c>genbench compare A B…</c>: which of several sets of samples is better, and how sure that is.</summary>
internal static class CompareCommand
{
    internal static Command Create()
    {
        var samples = new Argument<string[]>("SAMPLES") { Description = "Two or more: evaluations' folders, folders of images, .npz of images or .npy of features.", Arity = ArgumentArity.OneOrMore };
        var reference = new Option<string?>("--reference") { Description = "What to measure them against (default: the test images of the dataset that the first one's cell was trained on)." };
        var metrics = new Option<string?>("--metrics") { Description = "Names with commas between them (default: all that the sets allow)." };
        var command = new Command("compare", "Tell which sets of samples are better, by the intervals of their differences.") { samples, reference, metrics };
        var shared = new SetCommand();
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var request = new SetComparisonRequest
            {
                Samples = parsed.GetValue(samples)!,
                Reference = parsed.GetValue(reference),
                Features = shared.Features(parsed),
                Metrics = SetCommand.Names(parsed.GetValue(metrics)),
                Resize = shared.Resize(parsed),
                DataFolder = shared.DataFolder(parsed),
                CacheFolder = shared.CacheFolder(parsed),
                CacheBytes = shared.CacheBytes(parsed),
            };
            return shared.RunAsync(parsed, progress => new SetComparer(Registry.BuiltIn, TimeProvider.System, progress).Run(request, cancellation), Print, cancellation);
        });
        return command;
    }

    private static void Print(SetComparisonResult result)
    {
        foreach (var (number, set) in result.Sets.Index())
            Console.WriteLine($"{number + 1,-9} {set}");
        Console.WriteLine($"reference {result.Reference}");
        if (result.Features is { } features)
            Console.WriteLine($"features  {features.Name}, {features.Preprocessing}");
        foreach (var row in result.Differences)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Metric,-18} {row.First}: {row.ValueOfFirst:G6}  {row.Second}: {row.ValueOfSecond:G6}  difference {row.Difference:G4} [{row.Low:G4}, {row.High:G4}]  {Verdict(row)}"));
        Console.WriteLine("Each line is a test at 5% for itself; of twenty lines without a difference one is expected to name a winner.");
    }

    private static string Verdict(SetDifference row) => row.Better is { } better ? $"{better} beats {row.First + row.Second - better}" : "undecided";
}
