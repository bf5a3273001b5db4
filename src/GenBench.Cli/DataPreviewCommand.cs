using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments;
using GenBench.Experiments.Results;
using GenBench.Native;
using static TorchSharp.torch;

namespace GenBench.Cli;

/// <summary><c>genbench data preview NAME</c>: a labelled grid, class counts and pixel statistics; of points the figures alone.</summary>
internal static class DataPreviewCommand
{
    private const int GridPixels = 64;

    internal static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "A dataset; 'genbench list datasets' names them." };
        var data = CommonOptions.Data();
        var options = new Option<string>("--options") { Description = "Its options as JSON, e.g. '{\"resolution\": 32}'.", DefaultValueFactory = _ => "{}" };
        var output = new Option<string?>("--out") { Description = "The PNG to write (default: NAME.png)." };
        var perRow = new Option<int>("--per-class") { Description = "Images of each class in the grid.", DefaultValueFactory = _ => 10 };
        var command = new Command("preview", "Draw images of each class and print class counts and pixel statistics; of points print alone.") { name, data, options, output, perRow };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(perRow) is < 1 or > 100)
                throw new BadInputException($"--per-class must be from 1 to 100, not {parsed.GetValue(perRow)}");
            TorchLibrary.Load();
            var registry = Registry.BuiltIn;
            var choice = registry.ChooseDataset(parsed.GetValue(name)!, Options(parsed.GetValue(options)!));
            using var dataset = registry.OpenDataset(choice, parsed.GetValue(data)!, new DataProgressLines(TimeProvider.System));
            Print(dataset);
            if (dataset.Spec.Values == DataValues.Bytes)
                Draw(dataset, parsed.GetValue(output) ?? $"{dataset.Name}.png", parsed.GetValue(perRow));
        });
        return command;
    }

    private static JsonObject Options(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new BadInputException($"--options {text}: is no JSON object; write e.g. '{{\"resolution\": 32}}'");
        }
        catch (JsonException error)
        {
            throw new BadInputException($"--options {text}: is no JSON: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static void Print(Dataset dataset)
    {
        Console.WriteLine($"{dataset.Name}: {dataset.Spec.Shape}, {dataset.Spec.Classes} classes{(dataset.Protocol.Length > 0 ? $", {dataset.Protocol}" : "")}, checksum {dataset.Checksum[..16]}");
        var splits = new[] { ("train", dataset.Train), ("validation", dataset.Validation), ("test", dataset.Test) }
            .Where(split => split.Item2.Count > 0)
            .Select(split => (Name: split.Item1, Found: SplitStatistics.Of(split.Item2, dataset.Spec.Classes))).ToArray();
        var (one, unit) = dataset.Spec.Values == DataValues.Bytes ? (255.0, " of 1") : (1.0, "");
        foreach (var (split, found) in splits)
            foreach (var (channel, values) in found.Channels.Index())
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{split,-11} {found.Count,8} images  channel {channel}: mean {values.Mean / one:0.0000} deviation {values.Deviation / one:0.0000}{unit}, values {values.Least:0.####} to {values.Greatest:0.####}"));
        foreach (var (label, name) in dataset.ClassNames.Index())
            Console.WriteLine($"class {label,3} {name,-24} {string.Join("  ", splits.Select(split => $"{split.Name} {split.Found.ClassCounts[label],6}"))}");
    }

    private static void Draw(Dataset dataset, string path, int perRow)
    {
        using var scope = NewDisposeScope();
        var (c, h, w) = (dataset.Spec.Shape.Channels, dataset.Spec.Shape.Height, dataset.Spec.Shape.Width);
        LabelledRow[] rows = dataset.Train.Labels is { } labels
            ? [.. dataset.ClassNames.Index().Select(each => Row($"{each.Index} {each.Item}", labels.eq(each.Index).nonzero().flatten()))]
            : [.. Enumerable.Range(0, (int)Math.Clamp((dataset.Train.Count + perRow - 1) / perRow, 1, 10)).Select(row =>
                Row($"{row * perRow}", arange(row * perRow, Math.Min(dataset.Train.Count, (row + 1) * perRow))))];
        LabelledGrid.Write(path, rows, h, w, c, Math.Max(1, GridPixels / Math.Max(h, w)));
        Console.WriteLine($"{path}: {rows.Length} rows of training images");

        LabelledRow Row(string label, Tensor indices)
        {
            var count = (int)Math.Min(perRow, indices.shape[0]);
            var images = dataset.Train.Images.index_select(0, indices.narrow(0, 0, count).to(ScalarType.Int64)).permute(0, 2, 3, 1).contiguous();
            return new LabelledRow(label, count == 0 ? [] : images.bytes.ToArray(), count);
        }
    }
}
