using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static GenBench.Tests.Experiments.ExperimentText;

namespace GenBench.Tests.Experiments;

public sealed class CellDocumentsTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    private static CellDocument Document() => new(1, ReadModels("""
        { "kind": "noisy-toy", "options": { "channels": [[7, 9]], "timesteps": 60 }, "samplers": [{ "kind": "stepwise", "eta": [0.1, 1] }], "likelihood": { "timesteps": 3 } }
        """, """ "training": { "deviceSeconds": 0.1, "learningRate": 2e-5 }, "evaluation": { "cost": {} } """).Cells[0],
        null, new Dictionary<string, string> { ["torch"] = "2.10", ["cpu"] = "a + b 'c' ü" }, 12_345_678_901);

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(0, "older")]
    [InlineData(CellDocuments.FormatVersion + 1, "newer")]
    public void Another_version_of_the_format_is_said_and_not_guessed_at(int version, string age)
    {
        // Whatever else such a document holds, its version is what is wrong with it.
        File.WriteAllText(path, $$"""{ "formatVersion": {{version}}, "cells": [] }""");
        var error = Assert.Throws<BadInputException>(() => CellDocuments.Read(path));
        Assert.Contains($"is in version {version} of the results format, {age} than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_read_back_is_the_cell_that_was_written()
    {
        var document = Document();
        CellDocuments.Write(path, document);
        var read = CellDocuments.Read(path);
        Assert.Equal(CellDocuments.ToJson(document), CellDocuments.ToJson(read));
        Assert.Equal(document.Cell.TrainingKey, read.Cell.TrainingKey);
        Assert.Equal(document.Cell.Training, read.Cell.Training);
        Assert.Equal(document.Cell.Samplers.Select(Key), read.Cell.Samplers.Select(Key));
        Assert.Equal((1, 12_345_678_901, null), (read.FormatVersion, read.Macs, read.DatasetChecksum));
        Assert.Equal("a + b 'c' ü", read.Environment["cpu"]);
        using var network = Toys.Registry.CreateModel(read.Cell.Model, read.Cell.Dataset.Data).Network;
        Assert.Equal(0.1, Assert.IsType<StepSampler>(Toys.Registry.CreateSampler(read.Cell.Samplers[0])).Options.Eta);

        string Key(SamplerChoice sampler) => $"{sampler.Label} {sampler.Samples} {CellKeys.Evaluation(read.Cell.TrainingKey, sampler, 1, 2, 3)}";
    }

    [Fact]
    public void The_file_is_readable_and_says_its_key()
    {
        var json = JsonNode.Parse(CellDocuments.ToJson(Document()))!;
        Assert.Equal("noisy-toy", json["cell"]!["model"]!["kind"]!.GetValue<string>());
        Assert.Equal(Document().Cell.TrainingKey, json["cell"]!["trainingKey"]!.GetValue<string>());
        Assert.Equal(["cpu", "torch"], json["environment"]!.AsObject().Select(member => member.Key));
        Assert.Contains("\n  \"cell\": {\n", CellDocuments.ToJson(Document()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plug_in_is_recorded_beside_what_it_defines_and_changes_no_key()
    {
        var document = Document();
        Assert.DoesNotContain("plugin", CellDocuments.ToJson(document), StringComparison.Ordinal);
        var plugin = new PluginInfo("Mine.dll", "1.2.3", "abc");
        var cell = document.Cell with { Model = document.Cell.Model with { Plugin = plugin } };
        CellDocuments.Write(path, document with { Cell = cell });
        var read = CellDocuments.Read(path).Cell;
        Assert.Equal(plugin, read.Model.Plugin);
        Assert.Null(read.Dataset.Plugin);
        Assert.Equal(document.Cell.TrainingKey, read.TrainingKey);
    }

    [Theory]
    [InlineData("{ \"formatVersion\": 1,")]
    [InlineData("{ \"formatVersion\": 1 }")]
    [InlineData("null")]
    [InlineData("")]
    public void A_broken_file_is_bad_input(string text)
    {
        File.WriteAllText(path, text);
        var error = Assert.Throws<BadInputException>(() => CellDocuments.Read(path));
        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_is_bad_input() => Assert.Throws<BadInputException>(() => CellDocuments.Read("/nowhere/cell.json"));
}
